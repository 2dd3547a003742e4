from __future__ import annotations

import datetime
import uuid
from typing import (
    Annotated,
    Any,
    List,
    Literal,
    Optional,
    TypedDict,
)
from typing_extensions import NotRequired, TypeAlias

from pydantic import BaseModel, Field, JsonValue

PublicMemberRole: TypeAlias = Literal["student", "parent", "coach", "assistant", "garage", "admin"]

class PublicAcademies(BaseModel):
    allowed_return_hosts: List[str] = Field(alias="allowed_return_hosts")
    branding: JsonValue = Field(alias="branding")
    country: str = Field(alias="country")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    id: uuid.UUID = Field(alias="id")
    locale: str = Field(alias="locale")
    name: str = Field(alias="name")
    open_to_sign_up: bool = Field(alias="open_to_sign_up")
    reply_to: Optional[str] = Field(alias="reply_to")
    sender_email: str = Field(alias="sender_email")
    sender_name: str = Field(alias="sender_name")
    settings: JsonValue = Field(alias="settings")
    site_url: str = Field(alias="site_url")
    slug: str = Field(alias="slug")
    timezone: str = Field(alias="timezone")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicAcademiesInsert(TypedDict):
    allowed_return_hosts: NotRequired[Annotated[List[str], Field(alias="allowed_return_hosts")]]
    branding: NotRequired[Annotated[JsonValue, Field(alias="branding")]]
    country: Annotated[str, Field(alias="country")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    locale: NotRequired[Annotated[str, Field(alias="locale")]]
    name: Annotated[str, Field(alias="name")]
    open_to_sign_up: NotRequired[Annotated[bool, Field(alias="open_to_sign_up")]]
    reply_to: NotRequired[Annotated[Optional[str], Field(alias="reply_to")]]
    sender_email: Annotated[str, Field(alias="sender_email")]
    sender_name: Annotated[str, Field(alias="sender_name")]
    settings: NotRequired[Annotated[JsonValue, Field(alias="settings")]]
    site_url: Annotated[str, Field(alias="site_url")]
    slug: Annotated[str, Field(alias="slug")]
    timezone: NotRequired[Annotated[str, Field(alias="timezone")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicAcademiesUpdate(TypedDict):
    allowed_return_hosts: NotRequired[Annotated[List[str], Field(alias="allowed_return_hosts")]]
    branding: NotRequired[Annotated[JsonValue, Field(alias="branding")]]
    country: NotRequired[Annotated[str, Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    locale: NotRequired[Annotated[str, Field(alias="locale")]]
    name: NotRequired[Annotated[str, Field(alias="name")]]
    open_to_sign_up: NotRequired[Annotated[bool, Field(alias="open_to_sign_up")]]
    reply_to: NotRequired[Annotated[Optional[str], Field(alias="reply_to")]]
    sender_email: NotRequired[Annotated[str, Field(alias="sender_email")]]
    sender_name: NotRequired[Annotated[str, Field(alias="sender_name")]]
    settings: NotRequired[Annotated[JsonValue, Field(alias="settings")]]
    site_url: NotRequired[Annotated[str, Field(alias="site_url")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    timezone: NotRequired[Annotated[str, Field(alias="timezone")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicAuditLog(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    action: str = Field(alias="action")
    actor_id: Optional[uuid.UUID] = Field(alias="actor_id")
    created_at: datetime.datetime = Field(alias="created_at")
    details: JsonValue = Field(alias="details")
    id: int = Field(alias="id")
    subject_id: Optional[uuid.UUID] = Field(alias="subject_id")
    subject_table: str = Field(alias="subject_table")

class PublicAuditLogInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    action: Annotated[str, Field(alias="action")]
    actor_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="actor_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    details: NotRequired[Annotated[JsonValue, Field(alias="details")]]
    id: NotRequired[Annotated[int, Field(alias="id")]]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]
    subject_table: Annotated[str, Field(alias="subject_table")]

class PublicAuditLogUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    action: NotRequired[Annotated[str, Field(alias="action")]]
    actor_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="actor_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    details: NotRequired[Annotated[JsonValue, Field(alias="details")]]
    id: NotRequired[Annotated[int, Field(alias="id")]]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]
    subject_table: NotRequired[Annotated[str, Field(alias="subject_table")]]

class PublicAutomatedTasks(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    attempts: int = Field(alias="attempts")
    created_at: datetime.datetime = Field(alias="created_at")
    created_by: Optional[uuid.UUID] = Field(alias="created_by")
    dedupe_key: Optional[str] = Field(alias="dedupe_key")
    enrollment_id: Optional[uuid.UUID] = Field(alias="enrollment_id")
    finished_at: Optional[datetime.datetime] = Field(alias="finished_at")
    id: uuid.UUID = Field(alias="id")
    member_id: Optional[uuid.UUID] = Field(alias="member_id")
    parameters: JsonValue = Field(alias="parameters")
    queued_at: Optional[datetime.datetime] = Field(alias="queued_at")
    result: Optional[JsonValue] = Field(alias="result")
    scheduled_for: datetime.datetime = Field(alias="scheduled_for")
    started_at: Optional[datetime.datetime] = Field(alias="started_at")
    status: str = Field(alias="status")
    target_id: uuid.UUID = Field(alias="target_id")
    task_type: str = Field(alias="task_type")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicAutomatedTasksInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    attempts: NotRequired[Annotated[int, Field(alias="attempts")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    created_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="created_by")]]
    dedupe_key: NotRequired[Annotated[Optional[str], Field(alias="dedupe_key")]]
    enrollment_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="enrollment_id")]]
    finished_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="finished_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    member_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="member_id")]]
    parameters: NotRequired[Annotated[JsonValue, Field(alias="parameters")]]
    queued_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="queued_at")]]
    result: NotRequired[Annotated[Optional[JsonValue], Field(alias="result")]]
    scheduled_for: Annotated[datetime.datetime, Field(alias="scheduled_for")]
    started_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="started_at")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    target_id: Annotated[uuid.UUID, Field(alias="target_id")]
    task_type: Annotated[str, Field(alias="task_type")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicAutomatedTasksUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    attempts: NotRequired[Annotated[int, Field(alias="attempts")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    created_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="created_by")]]
    dedupe_key: NotRequired[Annotated[Optional[str], Field(alias="dedupe_key")]]
    enrollment_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="enrollment_id")]]
    finished_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="finished_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    member_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="member_id")]]
    parameters: NotRequired[Annotated[JsonValue, Field(alias="parameters")]]
    queued_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="queued_at")]]
    result: NotRequired[Annotated[Optional[JsonValue], Field(alias="result")]]
    scheduled_for: NotRequired[Annotated[datetime.datetime, Field(alias="scheduled_for")]]
    started_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="started_at")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    target_id: NotRequired[Annotated[uuid.UUID, Field(alias="target_id")]]
    task_type: NotRequired[Annotated[str, Field(alias="task_type")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicBankDetails(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    bic: Optional[str] = Field(alias="bic")
    created_at: datetime.datetime = Field(alias="created_at")
    holder: str = Field(alias="holder")
    iban: str = Field(alias="iban")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicBankDetailsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    bic: NotRequired[Annotated[Optional[str], Field(alias="bic")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    holder: Annotated[str, Field(alias="holder")]
    iban: Annotated[str, Field(alias="iban")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicBankDetailsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    bic: NotRequired[Annotated[Optional[str], Field(alias="bic")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    holder: NotRequired[Annotated[str, Field(alias="holder")]]
    iban: NotRequired[Annotated[str, Field(alias="iban")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicBillingCustomers(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    customer_id: str = Field(alias="customer_id")
    provider_account_id: uuid.UUID = Field(alias="provider_account_id")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicBillingCustomersInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    customer_id: Annotated[str, Field(alias="customer_id")]
    provider_account_id: Annotated[uuid.UUID, Field(alias="provider_account_id")]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicBillingCustomersUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    customer_id: NotRequired[Annotated[str, Field(alias="customer_id")]]
    provider_account_id: NotRequired[Annotated[uuid.UUID, Field(alias="provider_account_id")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicCoachProfiles(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    available_in_person: bool = Field(alias="available_in_person")
    available_online: bool = Field(alias="available_online")
    bio: Optional[str] = Field(alias="bio")
    created_at: datetime.datetime = Field(alias="created_at")
    pseudonym: Optional[str] = Field(alias="pseudonym")
    subjects: List[str] = Field(alias="subjects")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")
    verified: bool = Field(alias="verified")

class PublicCoachProfilesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    available_in_person: NotRequired[Annotated[bool, Field(alias="available_in_person")]]
    available_online: NotRequired[Annotated[bool, Field(alias="available_online")]]
    bio: NotRequired[Annotated[Optional[str], Field(alias="bio")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    pseudonym: NotRequired[Annotated[Optional[str], Field(alias="pseudonym")]]
    subjects: NotRequired[Annotated[List[str], Field(alias="subjects")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]
    verified: NotRequired[Annotated[bool, Field(alias="verified")]]

class PublicCoachProfilesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    available_in_person: NotRequired[Annotated[bool, Field(alias="available_in_person")]]
    available_online: NotRequired[Annotated[bool, Field(alias="available_online")]]
    bio: NotRequired[Annotated[Optional[str], Field(alias="bio")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    pseudonym: NotRequired[Annotated[Optional[str], Field(alias="pseudonym")]]
    subjects: NotRequired[Annotated[List[str], Field(alias="subjects")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
    verified: NotRequired[Annotated[bool, Field(alias="verified")]]

class PublicCohorts(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    ends_on: Optional[datetime.date] = Field(alias="ends_on")
    formation_id: uuid.UUID = Field(alias="formation_id")
    id: uuid.UUID = Field(alias="id")
    name: str = Field(alias="name")
    seats: int = Field(alias="seats")
    starts_on: datetime.date = Field(alias="starts_on")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicCohortsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    ends_on: NotRequired[Annotated[Optional[datetime.date], Field(alias="ends_on")]]
    formation_id: Annotated[uuid.UUID, Field(alias="formation_id")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: Annotated[str, Field(alias="name")]
    seats: Annotated[int, Field(alias="seats")]
    starts_on: Annotated[datetime.date, Field(alias="starts_on")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicCohortsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    ends_on: NotRequired[Annotated[Optional[datetime.date], Field(alias="ends_on")]]
    formation_id: NotRequired[Annotated[uuid.UUID, Field(alias="formation_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    name: NotRequired[Annotated[str, Field(alias="name")]]
    seats: NotRequired[Annotated[int, Field(alias="seats")]]
    starts_on: NotRequired[Annotated[datetime.date, Field(alias="starts_on")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicConsentTracking(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    granted: bool = Field(alias="granted")
    id: int = Field(alias="id")
    purpose: str = Field(alias="purpose")
    user_id: uuid.UUID = Field(alias="user_id")
    version: str = Field(alias="version")

class PublicConsentTrackingInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    granted: Annotated[bool, Field(alias="granted")]
    id: NotRequired[Annotated[int, Field(alias="id")]]
    purpose: Annotated[str, Field(alias="purpose")]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]
    version: Annotated[str, Field(alias="version")]

class PublicConsentTrackingUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    granted: NotRequired[Annotated[bool, Field(alias="granted")]]
    id: NotRequired[Annotated[int, Field(alias="id")]]
    purpose: NotRequired[Annotated[str, Field(alias="purpose")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
    version: NotRequired[Annotated[str, Field(alias="version")]]

class PublicCourses(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    archived_at: Optional[datetime.datetime] = Field(alias="archived_at")
    color_gradient: Optional[str] = Field(alias="color_gradient")
    created_at: datetime.datetime = Field(alias="created_at")
    description: Optional[str] = Field(alias="description")
    duration_weeks: Optional[int] = Field(alias="duration_weeks")
    emoji: Optional[str] = Field(alias="emoji")
    id: uuid.UUID = Field(alias="id")
    is_published: bool = Field(alias="is_published")
    order_index: int = Field(alias="order_index")
    pillar_number: Optional[int] = Field(alias="pillar_number")
    required_feature: Optional[str] = Field(alias="required_feature")
    short_description: Optional[str] = Field(alias="short_description")
    slug: str = Field(alias="slug")
    subject_id: Optional[uuid.UUID] = Field(alias="subject_id")
    thumbnail_url: Optional[str] = Field(alias="thumbnail_url")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicCoursesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    archived_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="archived_at")]]
    color_gradient: NotRequired[Annotated[Optional[str], Field(alias="color_gradient")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_weeks: NotRequired[Annotated[Optional[int], Field(alias="duration_weeks")]]
    emoji: NotRequired[Annotated[Optional[str], Field(alias="emoji")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_published: NotRequired[Annotated[bool, Field(alias="is_published")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    pillar_number: NotRequired[Annotated[Optional[int], Field(alias="pillar_number")]]
    required_feature: NotRequired[Annotated[Optional[str], Field(alias="required_feature")]]
    short_description: NotRequired[Annotated[Optional[str], Field(alias="short_description")]]
    slug: Annotated[str, Field(alias="slug")]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]
    thumbnail_url: NotRequired[Annotated[Optional[str], Field(alias="thumbnail_url")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicCoursesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    archived_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="archived_at")]]
    color_gradient: NotRequired[Annotated[Optional[str], Field(alias="color_gradient")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_weeks: NotRequired[Annotated[Optional[int], Field(alias="duration_weeks")]]
    emoji: NotRequired[Annotated[Optional[str], Field(alias="emoji")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_published: NotRequired[Annotated[bool, Field(alias="is_published")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    pillar_number: NotRequired[Annotated[Optional[int], Field(alias="pillar_number")]]
    required_feature: NotRequired[Annotated[Optional[str], Field(alias="required_feature")]]
    short_description: NotRequired[Annotated[Optional[str], Field(alias="short_description")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]
    thumbnail_url: NotRequired[Annotated[Optional[str], Field(alias="thumbnail_url")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicDisputes(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    amount: int = Field(alias="amount")
    closed_at: Optional[datetime.datetime] = Field(alias="closed_at")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    evidence_due_by: Optional[datetime.datetime] = Field(alias="evidence_due_by")
    id: uuid.UUID = Field(alias="id")
    outcome: Optional[str] = Field(alias="outcome")
    payment_id: uuid.UUID = Field(alias="payment_id")
    payment_intent_id: str = Field(alias="payment_intent_id")
    provider_account_id: uuid.UUID = Field(alias="provider_account_id")
    provider_dispute_id: str = Field(alias="provider_dispute_id")
    reason: str = Field(alias="reason")
    status: str = Field(alias="status")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicDisputesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    amount: Annotated[int, Field(alias="amount")]
    closed_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="closed_at")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    evidence_due_by: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="evidence_due_by")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    outcome: NotRequired[Annotated[Optional[str], Field(alias="outcome")]]
    payment_id: Annotated[uuid.UUID, Field(alias="payment_id")]
    payment_intent_id: Annotated[str, Field(alias="payment_intent_id")]
    provider_account_id: Annotated[uuid.UUID, Field(alias="provider_account_id")]
    provider_dispute_id: Annotated[str, Field(alias="provider_dispute_id")]
    reason: Annotated[str, Field(alias="reason")]
    status: Annotated[str, Field(alias="status")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicDisputesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    amount: NotRequired[Annotated[int, Field(alias="amount")]]
    closed_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="closed_at")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    evidence_due_by: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="evidence_due_by")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    outcome: NotRequired[Annotated[Optional[str], Field(alias="outcome")]]
    payment_id: NotRequired[Annotated[uuid.UUID, Field(alias="payment_id")]]
    payment_intent_id: NotRequired[Annotated[str, Field(alias="payment_intent_id")]]
    provider_account_id: NotRequired[Annotated[uuid.UUID, Field(alias="provider_account_id")]]
    provider_dispute_id: NotRequired[Annotated[str, Field(alias="provider_dispute_id")]]
    reason: NotRequired[Annotated[str, Field(alias="reason")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicEmailEvents(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    code: Optional[str] = Field(alias="code")
    created_at: datetime.datetime = Field(alias="created_at")
    detail: Optional[str] = Field(alias="detail")
    email_id: uuid.UUID = Field(alias="email_id")
    id: int = Field(alias="id")
    kind: str = Field(alias="kind")
    occurred_at: datetime.datetime = Field(alias="occurred_at")
    provider_account_id: Optional[uuid.UUID] = Field(alias="provider_account_id")
    provider_event_id: Optional[str] = Field(alias="provider_event_id")
    user_id: Optional[uuid.UUID] = Field(alias="user_id")

class PublicEmailEventsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    code: NotRequired[Annotated[Optional[str], Field(alias="code")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    detail: NotRequired[Annotated[Optional[str], Field(alias="detail")]]
    email_id: Annotated[uuid.UUID, Field(alias="email_id")]
    id: NotRequired[Annotated[int, Field(alias="id")]]
    kind: Annotated[str, Field(alias="kind")]
    occurred_at: NotRequired[Annotated[datetime.datetime, Field(alias="occurred_at")]]
    provider_account_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="provider_account_id")]]
    provider_event_id: NotRequired[Annotated[Optional[str], Field(alias="provider_event_id")]]
    user_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="user_id")]]

class PublicEmailEventsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    code: NotRequired[Annotated[Optional[str], Field(alias="code")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    detail: NotRequired[Annotated[Optional[str], Field(alias="detail")]]
    email_id: NotRequired[Annotated[uuid.UUID, Field(alias="email_id")]]
    id: NotRequired[Annotated[int, Field(alias="id")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    occurred_at: NotRequired[Annotated[datetime.datetime, Field(alias="occurred_at")]]
    provider_account_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="provider_account_id")]]
    provider_event_id: NotRequired[Annotated[Optional[str], Field(alias="provider_event_id")]]
    user_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="user_id")]]

class PublicEmailMessages(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    attempts: int = Field(alias="attempts")
    auth_mail_id: Optional[uuid.UUID] = Field(alias="auth_mail_id")
    created_at: datetime.datetime = Field(alias="created_at")
    dedupe_key: str = Field(alias="dedupe_key")
    error_code: Optional[str] = Field(alias="error_code")
    error_message: Optional[str] = Field(alias="error_message")
    id: uuid.UUID = Field(alias="id")
    invitation_id: Optional[uuid.UUID] = Field(alias="invitation_id")
    locale: str = Field(alias="locale")
    provider: Optional[str] = Field(alias="provider")
    provider_account_id: Optional[uuid.UUID] = Field(alias="provider_account_id")
    provider_message_id: Optional[str] = Field(alias="provider_message_id")
    refs: JsonValue = Field(alias="refs")
    sent_at: Optional[datetime.datetime] = Field(alias="sent_at")
    status: str = Field(alias="status")
    template: str = Field(alias="template")
    unknown_outcomes: int = Field(alias="unknown_outcomes")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: Optional[uuid.UUID] = Field(alias="user_id")

class PublicEmailMessagesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    attempts: NotRequired[Annotated[int, Field(alias="attempts")]]
    auth_mail_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="auth_mail_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    dedupe_key: Annotated[str, Field(alias="dedupe_key")]
    error_code: NotRequired[Annotated[Optional[str], Field(alias="error_code")]]
    error_message: NotRequired[Annotated[Optional[str], Field(alias="error_message")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    invitation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="invitation_id")]]
    locale: Annotated[str, Field(alias="locale")]
    provider: NotRequired[Annotated[Optional[str], Field(alias="provider")]]
    provider_account_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="provider_account_id")]]
    provider_message_id: NotRequired[Annotated[Optional[str], Field(alias="provider_message_id")]]
    refs: NotRequired[Annotated[JsonValue, Field(alias="refs")]]
    sent_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="sent_at")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    template: Annotated[str, Field(alias="template")]
    unknown_outcomes: NotRequired[Annotated[int, Field(alias="unknown_outcomes")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="user_id")]]

class PublicEmailMessagesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    attempts: NotRequired[Annotated[int, Field(alias="attempts")]]
    auth_mail_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="auth_mail_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    dedupe_key: NotRequired[Annotated[str, Field(alias="dedupe_key")]]
    error_code: NotRequired[Annotated[Optional[str], Field(alias="error_code")]]
    error_message: NotRequired[Annotated[Optional[str], Field(alias="error_message")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    invitation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="invitation_id")]]
    locale: NotRequired[Annotated[str, Field(alias="locale")]]
    provider: NotRequired[Annotated[Optional[str], Field(alias="provider")]]
    provider_account_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="provider_account_id")]]
    provider_message_id: NotRequired[Annotated[Optional[str], Field(alias="provider_message_id")]]
    refs: NotRequired[Annotated[JsonValue, Field(alias="refs")]]
    sent_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="sent_at")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    template: NotRequired[Annotated[str, Field(alias="template")]]
    unknown_outcomes: NotRequired[Annotated[int, Field(alias="unknown_outcomes")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="user_id")]]

class PublicEnrollments(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    cohort_id: Optional[uuid.UUID] = Field(alias="cohort_id")
    course_id: Optional[uuid.UUID] = Field(alias="course_id")
    created_at: datetime.datetime = Field(alias="created_at")
    end_date: Optional[datetime.date] = Field(alias="end_date")
    formation_id: Optional[uuid.UUID] = Field(alias="formation_id")
    held_until: Optional[datetime.datetime] = Field(alias="held_until")
    id: uuid.UUID = Field(alias="id")
    order_id: Optional[uuid.UUID] = Field(alias="order_id")
    progress_percentage: int = Field(alias="progress_percentage")
    refunded_at: Optional[datetime.datetime] = Field(alias="refunded_at")
    start_date: Optional[datetime.date] = Field(alias="start_date")
    status: str = Field(alias="status")
    student_id: uuid.UUID = Field(alias="student_id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicEnrollmentsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    cohort_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="cohort_id")]]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    end_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="end_date")]]
    formation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="formation_id")]]
    held_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="held_until")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="order_id")]]
    progress_percentage: NotRequired[Annotated[int, Field(alias="progress_percentage")]]
    refunded_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="refunded_at")]]
    start_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="start_date")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    student_id: Annotated[uuid.UUID, Field(alias="student_id")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicEnrollmentsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    cohort_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="cohort_id")]]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    end_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="end_date")]]
    formation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="formation_id")]]
    held_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="held_until")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="order_id")]]
    progress_percentage: NotRequired[Annotated[int, Field(alias="progress_percentage")]]
    refunded_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="refunded_at")]]
    start_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="start_date")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    student_id: NotRequired[Annotated[uuid.UUID, Field(alias="student_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicEntitlements(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    course_id: Optional[uuid.UUID] = Field(alias="course_id")
    created_at: datetime.datetime = Field(alias="created_at")
    credits: Optional[int] = Field(alias="credits")
    feature: Optional[str] = Field(alias="feature")
    formation_id: Optional[uuid.UUID] = Field(alias="formation_id")
    grant_id: uuid.UUID = Field(alias="grant_id")
    id: uuid.UUID = Field(alias="id")
    refunded_at: Optional[datetime.datetime] = Field(alias="refunded_at")
    revoked_at: Optional[datetime.datetime] = Field(alias="revoked_at")
    seats: Optional[int] = Field(alias="seats")
    source_id: uuid.UUID = Field(alias="source_id")
    source_kind: str = Field(alias="source_kind")
    subject_id: Optional[uuid.UUID] = Field(alias="subject_id")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")
    valid_from: datetime.datetime = Field(alias="valid_from")
    valid_until: Optional[datetime.datetime] = Field(alias="valid_until")

class PublicEntitlementsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    credits: NotRequired[Annotated[Optional[int], Field(alias="credits")]]
    feature: NotRequired[Annotated[Optional[str], Field(alias="feature")]]
    formation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="formation_id")]]
    grant_id: Annotated[uuid.UUID, Field(alias="grant_id")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    refunded_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="refunded_at")]]
    revoked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="revoked_at")]]
    seats: NotRequired[Annotated[Optional[int], Field(alias="seats")]]
    source_id: Annotated[uuid.UUID, Field(alias="source_id")]
    source_kind: Annotated[str, Field(alias="source_kind")]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]
    valid_from: NotRequired[Annotated[datetime.datetime, Field(alias="valid_from")]]
    valid_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="valid_until")]]

class PublicEntitlementsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    credits: NotRequired[Annotated[Optional[int], Field(alias="credits")]]
    feature: NotRequired[Annotated[Optional[str], Field(alias="feature")]]
    formation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="formation_id")]]
    grant_id: NotRequired[Annotated[uuid.UUID, Field(alias="grant_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    refunded_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="refunded_at")]]
    revoked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="revoked_at")]]
    seats: NotRequired[Annotated[Optional[int], Field(alias="seats")]]
    source_id: NotRequired[Annotated[uuid.UUID, Field(alias="source_id")]]
    source_kind: NotRequired[Annotated[str, Field(alias="source_kind")]]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
    valid_from: NotRequired[Annotated[datetime.datetime, Field(alias="valid_from")]]
    valid_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="valid_until")]]

class PublicFiles(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    bucket_id: str = Field(alias="bucket_id")
    content_type: str = Field(alias="content_type")
    created_at: datetime.datetime = Field(alias="created_at")
    deleted_at: Optional[datetime.datetime] = Field(alias="deleted_at")
    id: uuid.UUID = Field(alias="id")
    object_name: str = Field(alias="object_name")
    owner_id: Optional[uuid.UUID] = Field(alias="owner_id")
    purpose: str = Field(alias="purpose")
    retention_until: Optional[datetime.datetime] = Field(alias="retention_until")
    sha256: Optional[bytes] = Field(alias="sha256")
    size_bytes: int = Field(alias="size_bytes")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicFilesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    bucket_id: Annotated[str, Field(alias="bucket_id")]
    content_type: Annotated[str, Field(alias="content_type")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    deleted_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="deleted_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    object_name: Annotated[str, Field(alias="object_name")]
    owner_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="owner_id")]]
    purpose: Annotated[str, Field(alias="purpose")]
    retention_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="retention_until")]]
    sha256: NotRequired[Annotated[Optional[bytes], Field(alias="sha256")]]
    size_bytes: Annotated[int, Field(alias="size_bytes")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicFilesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    bucket_id: NotRequired[Annotated[str, Field(alias="bucket_id")]]
    content_type: NotRequired[Annotated[str, Field(alias="content_type")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    deleted_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="deleted_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    object_name: NotRequired[Annotated[str, Field(alias="object_name")]]
    owner_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="owner_id")]]
    purpose: NotRequired[Annotated[str, Field(alias="purpose")]]
    retention_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="retention_until")]]
    sha256: NotRequired[Annotated[Optional[bytes], Field(alias="sha256")]]
    size_bytes: NotRequired[Annotated[int, Field(alias="size_bytes")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicFormations(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    archived_at: Optional[datetime.datetime] = Field(alias="archived_at")
    created_at: datetime.datetime = Field(alias="created_at")
    description: Optional[str] = Field(alias="description")
    duration_months: Optional[int] = Field(alias="duration_months")
    features: List[str] = Field(alias="features")
    id: uuid.UUID = Field(alias="id")
    is_active: bool = Field(alias="is_active")
    level: Optional[str] = Field(alias="level")
    max_students: Optional[int] = Field(alias="max_students")
    order_index: int = Field(alias="order_index")
    prerequisites: List[str] = Field(alias="prerequisites")
    self_paced: bool = Field(alias="self_paced")
    slug: str = Field(alias="slug")
    subtitle: Optional[str] = Field(alias="subtitle")
    thumbnail_url: Optional[str] = Field(alias="thumbnail_url")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicFormationsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    archived_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="archived_at")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_months: NotRequired[Annotated[Optional[int], Field(alias="duration_months")]]
    features: NotRequired[Annotated[List[str], Field(alias="features")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_active: NotRequired[Annotated[bool, Field(alias="is_active")]]
    level: NotRequired[Annotated[Optional[str], Field(alias="level")]]
    max_students: NotRequired[Annotated[Optional[int], Field(alias="max_students")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    prerequisites: NotRequired[Annotated[List[str], Field(alias="prerequisites")]]
    self_paced: NotRequired[Annotated[bool, Field(alias="self_paced")]]
    slug: Annotated[str, Field(alias="slug")]
    subtitle: NotRequired[Annotated[Optional[str], Field(alias="subtitle")]]
    thumbnail_url: NotRequired[Annotated[Optional[str], Field(alias="thumbnail_url")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicFormationsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    archived_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="archived_at")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_months: NotRequired[Annotated[Optional[int], Field(alias="duration_months")]]
    features: NotRequired[Annotated[List[str], Field(alias="features")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_active: NotRequired[Annotated[bool, Field(alias="is_active")]]
    level: NotRequired[Annotated[Optional[str], Field(alias="level")]]
    max_students: NotRequired[Annotated[Optional[int], Field(alias="max_students")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    prerequisites: NotRequired[Annotated[List[str], Field(alias="prerequisites")]]
    self_paced: NotRequired[Annotated[bool, Field(alias="self_paced")]]
    slug: NotRequired[Annotated[str, Field(alias="slug")]]
    subtitle: NotRequired[Annotated[Optional[str], Field(alias="subtitle")]]
    thumbnail_url: NotRequired[Annotated[Optional[str], Field(alias="thumbnail_url")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicGarageProfiles(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    address: Optional[str] = Field(alias="address")
    city: Optional[str] = Field(alias="city")
    company_name: str = Field(alias="company_name")
    created_at: datetime.datetime = Field(alias="created_at")
    postal_code: Optional[str] = Field(alias="postal_code")
    siret: Optional[str] = Field(alias="siret")
    specializations: List[str] = Field(alias="specializations")
    team_size: Optional[int] = Field(alias="team_size")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")
    verified: bool = Field(alias="verified")

class PublicGarageProfilesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    address: NotRequired[Annotated[Optional[str], Field(alias="address")]]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    company_name: Annotated[str, Field(alias="company_name")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    postal_code: NotRequired[Annotated[Optional[str], Field(alias="postal_code")]]
    siret: NotRequired[Annotated[Optional[str], Field(alias="siret")]]
    specializations: NotRequired[Annotated[List[str], Field(alias="specializations")]]
    team_size: NotRequired[Annotated[Optional[int], Field(alias="team_size")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]
    verified: NotRequired[Annotated[bool, Field(alias="verified")]]

class PublicGarageProfilesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    address: NotRequired[Annotated[Optional[str], Field(alias="address")]]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    company_name: NotRequired[Annotated[str, Field(alias="company_name")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    postal_code: NotRequired[Annotated[Optional[str], Field(alias="postal_code")]]
    siret: NotRequired[Annotated[Optional[str], Field(alias="siret")]]
    specializations: NotRequired[Annotated[List[str], Field(alias="specializations")]]
    team_size: NotRequired[Annotated[Optional[int], Field(alias="team_size")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]
    verified: NotRequired[Annotated[bool, Field(alias="verified")]]

class PublicGarageSeats(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    email: Optional[str] = Field(alias="email")
    garage_id: uuid.UUID = Field(alias="garage_id")
    id: uuid.UUID = Field(alias="id")
    released_at: Optional[datetime.datetime] = Field(alias="released_at")
    student_id: Optional[uuid.UUID] = Field(alias="student_id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicGarageSeatsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    email: NotRequired[Annotated[Optional[str], Field(alias="email")]]
    garage_id: Annotated[uuid.UUID, Field(alias="garage_id")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    released_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="released_at")]]
    student_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="student_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicGarageSeatsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    email: NotRequired[Annotated[Optional[str], Field(alias="email")]]
    garage_id: NotRequired[Annotated[uuid.UUID, Field(alias="garage_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    released_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="released_at")]]
    student_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="student_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicGuardianships(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    ends_on: Optional[datetime.date] = Field(alias="ends_on")
    parent_id: uuid.UUID = Field(alias="parent_id")
    scopes: List[str] = Field(alias="scopes")
    student_id: uuid.UUID = Field(alias="student_id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicGuardianshipsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    ends_on: NotRequired[Annotated[Optional[datetime.date], Field(alias="ends_on")]]
    parent_id: Annotated[uuid.UUID, Field(alias="parent_id")]
    scopes: Annotated[List[str], Field(alias="scopes")]
    student_id: Annotated[uuid.UUID, Field(alias="student_id")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicGuardianshipsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    ends_on: NotRequired[Annotated[Optional[datetime.date], Field(alias="ends_on")]]
    parent_id: NotRequired[Annotated[uuid.UUID, Field(alias="parent_id")]]
    scopes: NotRequired[Annotated[List[str], Field(alias="scopes")]]
    student_id: NotRequired[Annotated[uuid.UUID, Field(alias="student_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicInvoices(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    buyer: JsonValue = Field(alias="buyer")
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    credited_invoice_id: Optional[uuid.UUID] = Field(alias="credited_invoice_id")
    currency: str = Field(alias="currency")
    file_id: Optional[uuid.UUID] = Field(alias="file_id")
    id: uuid.UUID = Field(alias="id")
    issued_on: datetime.date = Field(alias="issued_on")
    kind: str = Field(alias="kind")
    lines: JsonValue = Field(alias="lines")
    mentions: JsonValue = Field(alias="mentions")
    net_amount: int = Field(alias="net_amount")
    number: str = Field(alias="number")
    object_name: str = Field(alias="object_name")
    order_id: uuid.UUID = Field(alias="order_id")
    order_payer_id: uuid.UUID = Field(alias="order_payer_id")
    payer_id: Optional[uuid.UUID] = Field(alias="payer_id")
    payment: JsonValue = Field(alias="payment")
    seller: JsonValue = Field(alias="seller")
    sequence: int = Field(alias="sequence")
    tax_amount: int = Field(alias="tax_amount")
    taxes: JsonValue = Field(alias="taxes")
    total_amount: int = Field(alias="total_amount")
    updated_at: datetime.datetime = Field(alias="updated_at")
    year: int = Field(alias="year")

class PublicInvoicesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    buyer: Annotated[JsonValue, Field(alias="buyer")]
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    credited_invoice_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="credited_invoice_id")]]
    currency: Annotated[str, Field(alias="currency")]
    file_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="file_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    issued_on: Annotated[datetime.date, Field(alias="issued_on")]
    kind: Annotated[str, Field(alias="kind")]
    lines: Annotated[JsonValue, Field(alias="lines")]
    mentions: Annotated[JsonValue, Field(alias="mentions")]
    net_amount: Annotated[int, Field(alias="net_amount")]
    number: Annotated[str, Field(alias="number")]
    object_name: NotRequired[Annotated[str, Field(alias="object_name")]]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    order_payer_id: Annotated[uuid.UUID, Field(alias="order_payer_id")]
    payer_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="payer_id")]]
    payment: Annotated[JsonValue, Field(alias="payment")]
    seller: Annotated[JsonValue, Field(alias="seller")]
    sequence: Annotated[int, Field(alias="sequence")]
    tax_amount: Annotated[int, Field(alias="tax_amount")]
    taxes: Annotated[JsonValue, Field(alias="taxes")]
    total_amount: Annotated[int, Field(alias="total_amount")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    year: Annotated[int, Field(alias="year")]

class PublicInvoicesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    buyer: NotRequired[Annotated[JsonValue, Field(alias="buyer")]]
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    credited_invoice_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="credited_invoice_id")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    file_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="file_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    issued_on: NotRequired[Annotated[datetime.date, Field(alias="issued_on")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    lines: NotRequired[Annotated[JsonValue, Field(alias="lines")]]
    mentions: NotRequired[Annotated[JsonValue, Field(alias="mentions")]]
    net_amount: NotRequired[Annotated[int, Field(alias="net_amount")]]
    number: NotRequired[Annotated[str, Field(alias="number")]]
    object_name: NotRequired[Annotated[str, Field(alias="object_name")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    order_payer_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_payer_id")]]
    payer_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="payer_id")]]
    payment: NotRequired[Annotated[JsonValue, Field(alias="payment")]]
    seller: NotRequired[Annotated[JsonValue, Field(alias="seller")]]
    sequence: NotRequired[Annotated[int, Field(alias="sequence")]]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    taxes: NotRequired[Annotated[JsonValue, Field(alias="taxes")]]
    total_amount: NotRequired[Annotated[int, Field(alias="total_amount")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    year: NotRequired[Annotated[int, Field(alias="year")]]

class PublicLessonContents(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    attachments: JsonValue = Field(alias="attachments")
    content: Optional[str] = Field(alias="content")
    created_at: datetime.datetime = Field(alias="created_at")
    lesson_id: uuid.UUID = Field(alias="lesson_id")
    updated_at: datetime.datetime = Field(alias="updated_at")
    video_url: Optional[str] = Field(alias="video_url")

class PublicLessonContentsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    attachments: NotRequired[Annotated[JsonValue, Field(alias="attachments")]]
    content: NotRequired[Annotated[Optional[str], Field(alias="content")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    lesson_id: Annotated[uuid.UUID, Field(alias="lesson_id")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    video_url: NotRequired[Annotated[Optional[str], Field(alias="video_url")]]

class PublicLessonContentsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    attachments: NotRequired[Annotated[JsonValue, Field(alias="attachments")]]
    content: NotRequired[Annotated[Optional[str], Field(alias="content")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    lesson_id: NotRequired[Annotated[uuid.UUID, Field(alias="lesson_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    video_url: NotRequired[Annotated[Optional[str], Field(alias="video_url")]]

class PublicLessons(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    course_id: uuid.UUID = Field(alias="course_id")
    created_at: datetime.datetime = Field(alias="created_at")
    description: Optional[str] = Field(alias="description")
    duration_minutes: Optional[int] = Field(alias="duration_minutes")
    id: uuid.UUID = Field(alias="id")
    is_free: bool = Field(alias="is_free")
    is_published: bool = Field(alias="is_published")
    lesson_number: int = Field(alias="lesson_number")
    release_day_offset: int = Field(alias="release_day_offset")
    slug: Optional[str] = Field(alias="slug")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicLessonsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    course_id: Annotated[uuid.UUID, Field(alias="course_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_minutes: NotRequired[Annotated[Optional[int], Field(alias="duration_minutes")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_free: NotRequired[Annotated[bool, Field(alias="is_free")]]
    is_published: NotRequired[Annotated[bool, Field(alias="is_published")]]
    lesson_number: Annotated[int, Field(alias="lesson_number")]
    release_day_offset: NotRequired[Annotated[int, Field(alias="release_day_offset")]]
    slug: NotRequired[Annotated[Optional[str], Field(alias="slug")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicLessonsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    course_id: NotRequired[Annotated[uuid.UUID, Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_minutes: NotRequired[Annotated[Optional[int], Field(alias="duration_minutes")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_free: NotRequired[Annotated[bool, Field(alias="is_free")]]
    is_published: NotRequired[Annotated[bool, Field(alias="is_published")]]
    lesson_number: NotRequired[Annotated[int, Field(alias="lesson_number")]]
    release_day_offset: NotRequired[Annotated[int, Field(alias="release_day_offset")]]
    slug: NotRequired[Annotated[Optional[str], Field(alias="slug")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicMemberOnboarding(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    onboarding_answers: JsonValue = Field(alias="onboarding_answers")
    onboarding_completed: bool = Field(alias="onboarding_completed")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicMemberOnboardingInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    onboarding_answers: NotRequired[Annotated[JsonValue, Field(alias="onboarding_answers")]]
    onboarding_completed: NotRequired[Annotated[bool, Field(alias="onboarding_completed")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicMemberOnboardingUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    onboarding_answers: NotRequired[Annotated[JsonValue, Field(alias="onboarding_answers")]]
    onboarding_completed: NotRequired[Annotated[bool, Field(alias="onboarding_completed")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicMemberProfiles(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    city: Optional[str] = Field(alias="city")
    created_at: datetime.datetime = Field(alias="created_at")
    interests: List[str] = Field(alias="interests")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicMemberProfilesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    interests: NotRequired[Annotated[List[str], Field(alias="interests")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicMemberProfilesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    interests: NotRequired[Annotated[List[str], Field(alias="interests")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicMemberRoles(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    granted_at: datetime.datetime = Field(alias="granted_at")
    role: PublicMemberRole = Field(alias="role")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicMemberRolesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    granted_at: NotRequired[Annotated[datetime.datetime, Field(alias="granted_at")]]
    role: Annotated[PublicMemberRole, Field(alias="role")]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicMemberRolesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    granted_at: NotRequired[Annotated[datetime.datetime, Field(alias="granted_at")]]
    role: NotRequired[Annotated[PublicMemberRole, Field(alias="role")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicMembers(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    directory_opt_out: bool = Field(alias="directory_opt_out")
    joined_at: Optional[datetime.datetime] = Field(alias="joined_at")
    listed: bool = Field(alias="listed")
    status: str = Field(alias="status")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicMembersInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    directory_opt_out: NotRequired[Annotated[bool, Field(alias="directory_opt_out")]]
    joined_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="joined_at")]]
    listed: NotRequired[Annotated[bool, Field(alias="listed")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicMembersUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    directory_opt_out: NotRequired[Annotated[bool, Field(alias="directory_opt_out")]]
    joined_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="joined_at")]]
    listed: NotRequired[Annotated[bool, Field(alias="listed")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicModuleContents(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    attachments: JsonValue = Field(alias="attachments")
    content: Optional[str] = Field(alias="content")
    content_url: Optional[str] = Field(alias="content_url")
    created_at: datetime.datetime = Field(alias="created_at")
    module_id: uuid.UUID = Field(alias="module_id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicModuleContentsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    attachments: NotRequired[Annotated[JsonValue, Field(alias="attachments")]]
    content: NotRequired[Annotated[Optional[str], Field(alias="content")]]
    content_url: NotRequired[Annotated[Optional[str], Field(alias="content_url")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    module_id: Annotated[uuid.UUID, Field(alias="module_id")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicModuleContentsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    attachments: NotRequired[Annotated[JsonValue, Field(alias="attachments")]]
    content: NotRequired[Annotated[Optional[str], Field(alias="content")]]
    content_url: NotRequired[Annotated[Optional[str], Field(alias="content_url")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    module_id: NotRequired[Annotated[uuid.UUID, Field(alias="module_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicModules(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    content_type: str = Field(alias="content_type")
    course_id: Optional[uuid.UUID] = Field(alias="course_id")
    created_at: datetime.datetime = Field(alias="created_at")
    description: Optional[str] = Field(alias="description")
    duration_hours: Optional[int] = Field(alias="duration_hours")
    formation_id: uuid.UUID = Field(alias="formation_id")
    id: uuid.UUID = Field(alias="id")
    is_mandatory: bool = Field(alias="is_mandatory")
    order_index: int = Field(alias="order_index")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicModulesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    content_type: Annotated[str, Field(alias="content_type")]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_hours: NotRequired[Annotated[Optional[int], Field(alias="duration_hours")]]
    formation_id: Annotated[uuid.UUID, Field(alias="formation_id")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_mandatory: NotRequired[Annotated[bool, Field(alias="is_mandatory")]]
    order_index: Annotated[int, Field(alias="order_index")]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicModulesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    content_type: NotRequired[Annotated[str, Field(alias="content_type")]]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    duration_hours: NotRequired[Annotated[Optional[int], Field(alias="duration_hours")]]
    formation_id: NotRequired[Annotated[uuid.UUID, Field(alias="formation_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    is_mandatory: NotRequired[Annotated[bool, Field(alias="is_mandatory")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicOfferGrants(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    course_id: Optional[uuid.UUID] = Field(alias="course_id")
    created_at: datetime.datetime = Field(alias="created_at")
    credits: Optional[int] = Field(alias="credits")
    duration_days: Optional[int] = Field(alias="duration_days")
    feature: Optional[str] = Field(alias="feature")
    formation_id: Optional[uuid.UUID] = Field(alias="formation_id")
    id: uuid.UUID = Field(alias="id")
    offer_id: uuid.UUID = Field(alias="offer_id")
    seats: Optional[int] = Field(alias="seats")
    subject_id: Optional[uuid.UUID] = Field(alias="subject_id")

class PublicOfferGrantsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    credits: NotRequired[Annotated[Optional[int], Field(alias="credits")]]
    duration_days: NotRequired[Annotated[Optional[int], Field(alias="duration_days")]]
    feature: NotRequired[Annotated[Optional[str], Field(alias="feature")]]
    formation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="formation_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    offer_id: Annotated[uuid.UUID, Field(alias="offer_id")]
    seats: NotRequired[Annotated[Optional[int], Field(alias="seats")]]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]

class PublicOfferGrantsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    course_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="course_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    credits: NotRequired[Annotated[Optional[int], Field(alias="credits")]]
    duration_days: NotRequired[Annotated[Optional[int], Field(alias="duration_days")]]
    feature: NotRequired[Annotated[Optional[str], Field(alias="feature")]]
    formation_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="formation_id")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    offer_id: NotRequired[Annotated[uuid.UUID, Field(alias="offer_id")]]
    seats: NotRequired[Annotated[Optional[int], Field(alias="seats")]]
    subject_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="subject_id")]]

class PublicOffers(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    amount: int = Field(alias="amount")
    billing_interval: Optional[str] = Field(alias="billing_interval")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    description: Optional[str] = Field(alias="description")
    id: uuid.UUID = Field(alias="id")
    installment_counts: List[int] = Field(alias="installment_counts")
    is_active: bool = Field(alias="is_active")
    kind: str = Field(alias="kind")
    order_index: int = Field(alias="order_index")
    tax_note: Optional[str] = Field(alias="tax_note")
    tax_rate: float = Field(alias="tax_rate")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")
    valid_from: Optional[datetime.datetime] = Field(alias="valid_from")
    valid_until: Optional[datetime.datetime] = Field(alias="valid_until")

class PublicOffersInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    amount: Annotated[int, Field(alias="amount")]
    billing_interval: NotRequired[Annotated[Optional[str], Field(alias="billing_interval")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    installment_counts: NotRequired[Annotated[List[int], Field(alias="installment_counts")]]
    is_active: NotRequired[Annotated[bool, Field(alias="is_active")]]
    kind: Annotated[str, Field(alias="kind")]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    tax_note: NotRequired[Annotated[Optional[str], Field(alias="tax_note")]]
    tax_rate: NotRequired[Annotated[float, Field(alias="tax_rate")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    valid_from: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="valid_from")]]
    valid_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="valid_until")]]

class PublicOffersUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    amount: NotRequired[Annotated[int, Field(alias="amount")]]
    billing_interval: NotRequired[Annotated[Optional[str], Field(alias="billing_interval")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    installment_counts: NotRequired[Annotated[List[int], Field(alias="installment_counts")]]
    is_active: NotRequired[Annotated[bool, Field(alias="is_active")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    tax_note: NotRequired[Annotated[Optional[str], Field(alias="tax_note")]]
    tax_rate: NotRequired[Annotated[float, Field(alias="tax_rate")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    valid_from: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="valid_from")]]
    valid_until: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="valid_until")]]

class PublicOrderLines(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    discount_amount: int = Field(alias="discount_amount")
    id: uuid.UUID = Field(alias="id")
    offer_id: uuid.UUID = Field(alias="offer_id")
    order_id: uuid.UUID = Field(alias="order_id")
    quantity: int = Field(alias="quantity")
    tax_amount: int = Field(alias="tax_amount")
    tax_note: Optional[str] = Field(alias="tax_note")
    tax_rate: float = Field(alias="tax_rate")
    title: str = Field(alias="title")
    total_amount: Optional[int] = Field(alias="total_amount")
    unit_amount: int = Field(alias="unit_amount")

class PublicOrderLinesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    offer_id: Annotated[uuid.UUID, Field(alias="offer_id")]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    quantity: NotRequired[Annotated[int, Field(alias="quantity")]]
    tax_amount: Annotated[int, Field(alias="tax_amount")]
    tax_note: NotRequired[Annotated[Optional[str], Field(alias="tax_note")]]
    tax_rate: Annotated[float, Field(alias="tax_rate")]
    title: Annotated[str, Field(alias="title")]
    total_amount: NotRequired[Annotated[Optional[int], Field(alias="total_amount")]]
    unit_amount: Annotated[int, Field(alias="unit_amount")]

class PublicOrderLinesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    discount_amount: NotRequired[Annotated[int, Field(alias="discount_amount")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    offer_id: NotRequired[Annotated[uuid.UUID, Field(alias="offer_id")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    quantity: NotRequired[Annotated[int, Field(alias="quantity")]]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    tax_note: NotRequired[Annotated[Optional[str], Field(alias="tax_note")]]
    tax_rate: NotRequired[Annotated[float, Field(alias="tax_rate")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    total_amount: NotRequired[Annotated[Optional[int], Field(alias="total_amount")]]
    unit_amount: NotRequired[Annotated[int, Field(alias="unit_amount")]]

class PublicOrderPayers(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    kind: str = Field(alias="kind")
    label: Optional[str] = Field(alias="label")
    order_id: uuid.UUID = Field(alias="order_id")
    payer_id: Optional[uuid.UUID] = Field(alias="payer_id")
    share_amount: int = Field(alias="share_amount")

class PublicOrderPayersInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: Annotated[str, Field(alias="kind")]
    label: NotRequired[Annotated[Optional[str], Field(alias="label")]]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    payer_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="payer_id")]]
    share_amount: Annotated[int, Field(alias="share_amount")]

class PublicOrderPayersUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    label: NotRequired[Annotated[Optional[str], Field(alias="label")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    payer_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="payer_id")]]
    share_amount: NotRequired[Annotated[int, Field(alias="share_amount")]]

class PublicOrders(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    beneficiary_id: uuid.UUID = Field(alias="beneficiary_id")
    buyer_id: uuid.UUID = Field(alias="buyer_id")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    expires_at: datetime.datetime = Field(alias="expires_at")
    id: uuid.UUID = Field(alias="id")
    paid_at: Optional[datetime.datetime] = Field(alias="paid_at")
    reference: str = Field(alias="reference")
    status: str = Field(alias="status")
    tax_amount: int = Field(alias="tax_amount")
    total_amount: int = Field(alias="total_amount")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicOrdersInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    beneficiary_id: Annotated[uuid.UUID, Field(alias="beneficiary_id")]
    buyer_id: Annotated[uuid.UUID, Field(alias="buyer_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    expires_at: Annotated[datetime.datetime, Field(alias="expires_at")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    reference: Annotated[str, Field(alias="reference")]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    total_amount: Annotated[int, Field(alias="total_amount")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicOrdersUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    beneficiary_id: NotRequired[Annotated[uuid.UUID, Field(alias="beneficiary_id")]]
    buyer_id: NotRequired[Annotated[uuid.UUID, Field(alias="buyer_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    expires_at: NotRequired[Annotated[datetime.datetime, Field(alias="expires_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    reference: NotRequired[Annotated[str, Field(alias="reference")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    tax_amount: NotRequired[Annotated[int, Field(alias="tax_amount")]]
    total_amount: NotRequired[Annotated[int, Field(alias="total_amount")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicParentProfiles(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    city: Optional[str] = Field(alias="city")
    created_at: datetime.datetime = Field(alias="created_at")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicParentProfilesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicParentProfilesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicPaymentAttempts(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    asked_at: Optional[datetime.datetime] = Field(alias="asked_at")
    cancel_url: Optional[str] = Field(alias="cancel_url")
    created_at: datetime.datetime = Field(alias="created_at")
    error_code: Optional[str] = Field(alias="error_code")
    error_message: Optional[str] = Field(alias="error_message")
    expires_at: datetime.datetime = Field(alias="expires_at")
    id: uuid.UUID = Field(alias="id")
    idempotency_key: str = Field(alias="idempotency_key")
    kind: str = Field(alias="kind")
    payment_id: uuid.UUID = Field(alias="payment_id")
    provider_intent_id: Optional[str] = Field(alias="provider_intent_id")
    provider_session_id: Optional[str] = Field(alias="provider_session_id")
    status: str = Field(alias="status")
    success_url: Optional[str] = Field(alias="success_url")
    updated_at: datetime.datetime = Field(alias="updated_at")
    url: Optional[str] = Field(alias="url")

class PublicPaymentAttemptsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    asked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="asked_at")]]
    cancel_url: NotRequired[Annotated[Optional[str], Field(alias="cancel_url")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    error_code: NotRequired[Annotated[Optional[str], Field(alias="error_code")]]
    error_message: NotRequired[Annotated[Optional[str], Field(alias="error_message")]]
    expires_at: Annotated[datetime.datetime, Field(alias="expires_at")]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    idempotency_key: Annotated[str, Field(alias="idempotency_key")]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    payment_id: Annotated[uuid.UUID, Field(alias="payment_id")]
    provider_intent_id: NotRequired[Annotated[Optional[str], Field(alias="provider_intent_id")]]
    provider_session_id: NotRequired[Annotated[Optional[str], Field(alias="provider_session_id")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    success_url: NotRequired[Annotated[Optional[str], Field(alias="success_url")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    url: NotRequired[Annotated[Optional[str], Field(alias="url")]]

class PublicPaymentAttemptsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    asked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="asked_at")]]
    cancel_url: NotRequired[Annotated[Optional[str], Field(alias="cancel_url")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    error_code: NotRequired[Annotated[Optional[str], Field(alias="error_code")]]
    error_message: NotRequired[Annotated[Optional[str], Field(alias="error_message")]]
    expires_at: NotRequired[Annotated[datetime.datetime, Field(alias="expires_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    idempotency_key: NotRequired[Annotated[str, Field(alias="idempotency_key")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    payment_id: NotRequired[Annotated[uuid.UUID, Field(alias="payment_id")]]
    provider_intent_id: NotRequired[Annotated[Optional[str], Field(alias="provider_intent_id")]]
    provider_session_id: NotRequired[Annotated[Optional[str], Field(alias="provider_session_id")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    success_url: NotRequired[Annotated[Optional[str], Field(alias="success_url")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    url: NotRequired[Annotated[Optional[str], Field(alias="url")]]

class PublicPayments(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    amount: int = Field(alias="amount")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    due_date: datetime.date = Field(alias="due_date")
    id: uuid.UUID = Field(alias="id")
    installment_number: int = Field(alias="installment_number")
    installments: int = Field(alias="installments")
    method: Optional[str] = Field(alias="method")
    order_id: uuid.UUID = Field(alias="order_id")
    paid_at: Optional[datetime.datetime] = Field(alias="paid_at")
    provider_account_id: uuid.UUID = Field(alias="provider_account_id")
    status: str = Field(alias="status")
    stripe_payment_intent_id: Optional[str] = Field(alias="stripe_payment_intent_id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicPaymentsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    amount: Annotated[int, Field(alias="amount")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    due_date: NotRequired[Annotated[datetime.date, Field(alias="due_date")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    installment_number: NotRequired[Annotated[int, Field(alias="installment_number")]]
    installments: NotRequired[Annotated[int, Field(alias="installments")]]
    method: NotRequired[Annotated[Optional[str], Field(alias="method")]]
    order_id: Annotated[uuid.UUID, Field(alias="order_id")]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    provider_account_id: Annotated[uuid.UUID, Field(alias="provider_account_id")]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    stripe_payment_intent_id: NotRequired[Annotated[Optional[str], Field(alias="stripe_payment_intent_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicPaymentsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    amount: NotRequired[Annotated[int, Field(alias="amount")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    due_date: NotRequired[Annotated[datetime.date, Field(alias="due_date")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    installment_number: NotRequired[Annotated[int, Field(alias="installment_number")]]
    installments: NotRequired[Annotated[int, Field(alias="installments")]]
    method: NotRequired[Annotated[Optional[str], Field(alias="method")]]
    order_id: NotRequired[Annotated[uuid.UUID, Field(alias="order_id")]]
    paid_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="paid_at")]]
    provider_account_id: NotRequired[Annotated[uuid.UUID, Field(alias="provider_account_id")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    stripe_payment_intent_id: NotRequired[Annotated[Optional[str], Field(alias="stripe_payment_intent_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProfileDetails(BaseModel):
    address: Optional[str] = Field(alias="address")
    birth_date: Optional[datetime.date] = Field(alias="birth_date")
    city: Optional[str] = Field(alias="city")
    country: Optional[str] = Field(alias="country")
    created_at: datetime.datetime = Field(alias="created_at")
    email: Optional[str] = Field(alias="email")
    locale: Optional[str] = Field(alias="locale")
    notification_preferences: JsonValue = Field(alias="notification_preferences")
    phone: Optional[str] = Field(alias="phone")
    postal_code: Optional[str] = Field(alias="postal_code")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicProfileDetailsInsert(TypedDict):
    address: NotRequired[Annotated[Optional[str], Field(alias="address")]]
    birth_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="birth_date")]]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    country: NotRequired[Annotated[Optional[str], Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    email: NotRequired[Annotated[Optional[str], Field(alias="email")]]
    locale: NotRequired[Annotated[Optional[str], Field(alias="locale")]]
    notification_preferences: NotRequired[Annotated[JsonValue, Field(alias="notification_preferences")]]
    phone: NotRequired[Annotated[Optional[str], Field(alias="phone")]]
    postal_code: NotRequired[Annotated[Optional[str], Field(alias="postal_code")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicProfileDetailsUpdate(TypedDict):
    address: NotRequired[Annotated[Optional[str], Field(alias="address")]]
    birth_date: NotRequired[Annotated[Optional[datetime.date], Field(alias="birth_date")]]
    city: NotRequired[Annotated[Optional[str], Field(alias="city")]]
    country: NotRequired[Annotated[Optional[str], Field(alias="country")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    email: NotRequired[Annotated[Optional[str], Field(alias="email")]]
    locale: NotRequired[Annotated[Optional[str], Field(alias="locale")]]
    notification_preferences: NotRequired[Annotated[JsonValue, Field(alias="notification_preferences")]]
    phone: NotRequired[Annotated[Optional[str], Field(alias="phone")]]
    postal_code: NotRequired[Annotated[Optional[str], Field(alias="postal_code")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicProfiles(BaseModel):
    avatar_url: Optional[str] = Field(alias="avatar_url")
    bio: Optional[str] = Field(alias="bio")
    cover_url: Optional[str] = Field(alias="cover_url")
    created_at: datetime.datetime = Field(alias="created_at")
    first_name: Optional[str] = Field(alias="first_name")
    full_name: Optional[str] = Field(alias="full_name")
    id: uuid.UUID = Field(alias="id")
    last_name: Optional[str] = Field(alias="last_name")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicProfilesInsert(TypedDict):
    avatar_url: NotRequired[Annotated[Optional[str], Field(alias="avatar_url")]]
    bio: NotRequired[Annotated[Optional[str], Field(alias="bio")]]
    cover_url: NotRequired[Annotated[Optional[str], Field(alias="cover_url")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    first_name: NotRequired[Annotated[Optional[str], Field(alias="first_name")]]
    full_name: NotRequired[Annotated[Optional[str], Field(alias="full_name")]]
    id: Annotated[uuid.UUID, Field(alias="id")]
    last_name: NotRequired[Annotated[Optional[str], Field(alias="last_name")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicProfilesUpdate(TypedDict):
    avatar_url: NotRequired[Annotated[Optional[str], Field(alias="avatar_url")]]
    bio: NotRequired[Annotated[Optional[str], Field(alias="bio")]]
    cover_url: NotRequired[Annotated[Optional[str], Field(alias="cover_url")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    first_name: NotRequired[Annotated[Optional[str], Field(alias="first_name")]]
    full_name: NotRequired[Annotated[Optional[str], Field(alias="full_name")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    last_name: NotRequired[Annotated[Optional[str], Field(alias="last_name")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicQuizQuestions(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    choices: Optional[JsonValue] = Field(alias="choices")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    kind: str = Field(alias="kind")
    order_index: int = Field(alias="order_index")
    points: int = Field(alias="points")
    prompt: str = Field(alias="prompt")
    quiz_id: uuid.UUID = Field(alias="quiz_id")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicQuizQuestionsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    choices: NotRequired[Annotated[Optional[JsonValue], Field(alias="choices")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: Annotated[str, Field(alias="kind")]
    order_index: Annotated[int, Field(alias="order_index")]
    points: NotRequired[Annotated[int, Field(alias="points")]]
    prompt: Annotated[str, Field(alias="prompt")]
    quiz_id: Annotated[uuid.UUID, Field(alias="quiz_id")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicQuizQuestionsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    choices: NotRequired[Annotated[Optional[JsonValue], Field(alias="choices")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    kind: NotRequired[Annotated[str, Field(alias="kind")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    points: NotRequired[Annotated[int, Field(alias="points")]]
    prompt: NotRequired[Annotated[str, Field(alias="prompt")]]
    quiz_id: NotRequired[Annotated[uuid.UUID, Field(alias="quiz_id")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicQuizzes(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    description: Optional[str] = Field(alias="description")
    id: uuid.UUID = Field(alias="id")
    lesson_id: Optional[uuid.UUID] = Field(alias="lesson_id")
    module_id: Optional[uuid.UUID] = Field(alias="module_id")
    pass_percentage: int = Field(alias="pass_percentage")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicQuizzesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    lesson_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="lesson_id")]]
    module_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="module_id")]]
    pass_percentage: NotRequired[Annotated[int, Field(alias="pass_percentage")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicQuizzesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    description: NotRequired[Annotated[Optional[str], Field(alias="description")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    lesson_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="lesson_id")]]
    module_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="module_id")]]
    pass_percentage: NotRequired[Annotated[int, Field(alias="pass_percentage")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicRefunds(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    amount: int = Field(alias="amount")
    asked_at: Optional[datetime.datetime] = Field(alias="asked_at")
    buried_at: Optional[datetime.datetime] = Field(alias="buried_at")
    created_at: datetime.datetime = Field(alias="created_at")
    currency: str = Field(alias="currency")
    failure_code: Optional[str] = Field(alias="failure_code")
    failure_message: Optional[str] = Field(alias="failure_message")
    id: uuid.UUID = Field(alias="id")
    idempotency_key: str = Field(alias="idempotency_key")
    note: Optional[str] = Field(alias="note")
    order_line_id: Optional[uuid.UUID] = Field(alias="order_line_id")
    payment_id: uuid.UUID = Field(alias="payment_id")
    payment_intent_id: str = Field(alias="payment_intent_id")
    provider_account_id: uuid.UUID = Field(alias="provider_account_id")
    provider_refund_id: Optional[str] = Field(alias="provider_refund_id")
    reason: str = Field(alias="reason")
    request_key: Optional[str] = Field(alias="request_key")
    requested_by: Optional[uuid.UUID] = Field(alias="requested_by")
    revoke_access: bool = Field(alias="revoke_access")
    settled_at: Optional[datetime.datetime] = Field(alias="settled_at")
    status: str = Field(alias="status")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicRefundsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    amount: Annotated[int, Field(alias="amount")]
    asked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="asked_at")]]
    buried_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="buried_at")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: Annotated[str, Field(alias="currency")]
    failure_code: NotRequired[Annotated[Optional[str], Field(alias="failure_code")]]
    failure_message: NotRequired[Annotated[Optional[str], Field(alias="failure_message")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    idempotency_key: NotRequired[Annotated[str, Field(alias="idempotency_key")]]
    note: NotRequired[Annotated[Optional[str], Field(alias="note")]]
    order_line_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="order_line_id")]]
    payment_id: Annotated[uuid.UUID, Field(alias="payment_id")]
    payment_intent_id: Annotated[str, Field(alias="payment_intent_id")]
    provider_account_id: Annotated[uuid.UUID, Field(alias="provider_account_id")]
    provider_refund_id: NotRequired[Annotated[Optional[str], Field(alias="provider_refund_id")]]
    reason: Annotated[str, Field(alias="reason")]
    request_key: NotRequired[Annotated[Optional[str], Field(alias="request_key")]]
    requested_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="requested_by")]]
    revoke_access: NotRequired[Annotated[bool, Field(alias="revoke_access")]]
    settled_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="settled_at")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicRefundsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    amount: NotRequired[Annotated[int, Field(alias="amount")]]
    asked_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="asked_at")]]
    buried_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="buried_at")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    currency: NotRequired[Annotated[str, Field(alias="currency")]]
    failure_code: NotRequired[Annotated[Optional[str], Field(alias="failure_code")]]
    failure_message: NotRequired[Annotated[Optional[str], Field(alias="failure_message")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    idempotency_key: NotRequired[Annotated[str, Field(alias="idempotency_key")]]
    note: NotRequired[Annotated[Optional[str], Field(alias="note")]]
    order_line_id: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="order_line_id")]]
    payment_id: NotRequired[Annotated[uuid.UUID, Field(alias="payment_id")]]
    payment_intent_id: NotRequired[Annotated[str, Field(alias="payment_intent_id")]]
    provider_account_id: NotRequired[Annotated[uuid.UUID, Field(alias="provider_account_id")]]
    provider_refund_id: NotRequired[Annotated[Optional[str], Field(alias="provider_refund_id")]]
    reason: NotRequired[Annotated[str, Field(alias="reason")]]
    request_key: NotRequired[Annotated[Optional[str], Field(alias="request_key")]]
    requested_by: NotRequired[Annotated[Optional[uuid.UUID], Field(alias="requested_by")]]
    revoke_access: NotRequired[Annotated[bool, Field(alias="revoke_access")]]
    settled_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="settled_at")]]
    status: NotRequired[Annotated[str, Field(alias="status")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicStudentProfiles(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    created_at: datetime.datetime = Field(alias="created_at")
    education_level: Optional[str] = Field(alias="education_level")
    employment_status: Optional[str] = Field(alias="employment_status")
    financing_type: Optional[str] = Field(alias="financing_type")
    grade: Optional[str] = Field(alias="grade")
    motivation_letter: Optional[str] = Field(alias="motivation_letter")
    updated_at: datetime.datetime = Field(alias="updated_at")
    user_id: uuid.UUID = Field(alias="user_id")

class PublicStudentProfilesInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    education_level: NotRequired[Annotated[Optional[str], Field(alias="education_level")]]
    employment_status: NotRequired[Annotated[Optional[str], Field(alias="employment_status")]]
    financing_type: NotRequired[Annotated[Optional[str], Field(alias="financing_type")]]
    grade: NotRequired[Annotated[Optional[str], Field(alias="grade")]]
    motivation_letter: NotRequired[Annotated[Optional[str], Field(alias="motivation_letter")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: Annotated[uuid.UUID, Field(alias="user_id")]

class PublicStudentProfilesUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    education_level: NotRequired[Annotated[Optional[str], Field(alias="education_level")]]
    employment_status: NotRequired[Annotated[Optional[str], Field(alias="employment_status")]]
    financing_type: NotRequired[Annotated[Optional[str], Field(alias="financing_type")]]
    grade: NotRequired[Annotated[Optional[str], Field(alias="grade")]]
    motivation_letter: NotRequired[Annotated[Optional[str], Field(alias="motivation_letter")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
    user_id: NotRequired[Annotated[uuid.UUID, Field(alias="user_id")]]

class PublicSubjects(BaseModel):
    academy_id: uuid.UUID = Field(alias="academy_id")
    archived_at: Optional[datetime.datetime] = Field(alias="archived_at")
    code: str = Field(alias="code")
    created_at: datetime.datetime = Field(alias="created_at")
    id: uuid.UUID = Field(alias="id")
    order_index: int = Field(alias="order_index")
    title: str = Field(alias="title")
    updated_at: datetime.datetime = Field(alias="updated_at")

class PublicSubjectsInsert(TypedDict):
    academy_id: Annotated[uuid.UUID, Field(alias="academy_id")]
    archived_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="archived_at")]]
    code: Annotated[str, Field(alias="code")]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    title: Annotated[str, Field(alias="title")]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]

class PublicSubjectsUpdate(TypedDict):
    academy_id: NotRequired[Annotated[uuid.UUID, Field(alias="academy_id")]]
    archived_at: NotRequired[Annotated[Optional[datetime.datetime], Field(alias="archived_at")]]
    code: NotRequired[Annotated[str, Field(alias="code")]]
    created_at: NotRequired[Annotated[datetime.datetime, Field(alias="created_at")]]
    id: NotRequired[Annotated[uuid.UUID, Field(alias="id")]]
    order_index: NotRequired[Annotated[int, Field(alias="order_index")]]
    title: NotRequired[Annotated[str, Field(alias="title")]]
    updated_at: NotRequired[Annotated[datetime.datetime, Field(alias="updated_at")]]
