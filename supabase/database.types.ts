
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "academies": {
                  Row: {
                    "allowed_return_hosts": (string)[],"branding": NonNullable<Json>,"country": string,"created_at": string,"currency": string,"id": string,"locale": string,"name": string,"open_to_sign_up": boolean,"reply_to": string | null,"sender_email": string,"sender_name": string,"settings": NonNullable<Json>,"site_url": string,"slug": string,"timezone": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "allowed_return_hosts"?: (string)[],"branding"?: NonNullable<Json>,"country": string,"created_at"?: string,"currency": string,"id"?: string,"locale"?: string,"name": string,"open_to_sign_up"?: boolean,"reply_to"?: string | null,"sender_email": string,"sender_name": string,"settings"?: NonNullable<Json>,"site_url": string,"slug": string,"timezone"?: string,"updated_at"?: string
                  }
                  Update: {
                    "allowed_return_hosts"?: (string)[],"branding"?: NonNullable<Json>,"country"?: string,"created_at"?: string,"currency"?: string,"id"?: string,"locale"?: string,"name"?: string,"open_to_sign_up"?: boolean,"reply_to"?: string | null,"sender_email"?: string,"sender_name"?: string,"settings"?: NonNullable<Json>,"site_url"?: string,"slug"?: string,"timezone"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    
                  ]
                },"audit_log": {
                  Row: {
                    "academy_id": string,"action": string,"actor_id": string | null,"created_at": string,"details": NonNullable<Json>,"id": number,"subject_id": string | null,"subject_table": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"action": string,"actor_id"?: string | null,"created_at"?: string,"details"?: NonNullable<Json>,"id"?: never,"subject_id"?: string | null,"subject_table": string
                  }
                  Update: {
                    "academy_id"?: string,"action"?: string,"actor_id"?: string | null,"created_at"?: string,"details"?: NonNullable<Json>,"id"?: never,"subject_id"?: string | null,"subject_table"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "audit_log_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "audit_log_actor"
      columns: ["academy_id","actor_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"automated_tasks": {
                  Row: {
                    "academy_id": string,"attempts": number,"created_at": string,"created_by": string | null,"dedupe_key": string | null,"enrollment_id": string | null,"finished_at": string | null,"id": string,"member_id": string | null,"parameters": NonNullable<Json>,"queued_at": string | null,"result": Json | null,"scheduled_for": string,"started_at": string | null,"status": string,"target_id": string,"task_type": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"attempts"?: number,"created_at"?: string,"created_by"?: string | null,"dedupe_key"?: string | null,"enrollment_id"?: never,"finished_at"?: string | null,"id"?: string,"member_id"?: never,"parameters"?: NonNullable<Json>,"queued_at"?: string | null,"result"?: Json | null,"scheduled_for": string,"started_at"?: string | null,"status"?: string,"target_id": string,"task_type": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"attempts"?: number,"created_at"?: string,"created_by"?: string | null,"dedupe_key"?: string | null,"enrollment_id"?: never,"finished_at"?: string | null,"id"?: string,"member_id"?: never,"parameters"?: NonNullable<Json>,"queued_at"?: string | null,"result"?: Json | null,"scheduled_for"?: string,"started_at"?: string | null,"status"?: string,"target_id"?: string,"task_type"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "automated_tasks_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "automated_tasks_enrollment"
      columns: ["academy_id","enrollment_id"]
isOneToOne: false
      referencedRelation: "enrollments"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "automated_tasks_maker"
      columns: ["academy_id","created_by"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    },{
      foreignKeyName: "automated_tasks_member"
      columns: ["academy_id","member_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"bank_details": {
                  Row: {
                    "academy_id": string,"bic": string | null,"created_at": string,"holder": string,"iban": string,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"bic"?: string | null,"created_at"?: string,"holder": string,"iban": string,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"bic"?: string | null,"created_at"?: string,"holder"?: string,"iban"?: string,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "bank_details_member"
      columns: ["academy_id","user_id"]
isOneToOne: true
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"billing_customers": {
                  Row: {
                    "academy_id": string,"created_at": string,"customer_id": string,"provider_account_id": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"customer_id": string,"provider_account_id": string,"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"customer_id"?: string,"provider_account_id"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "billing_customers_member"
      columns: ["academy_id","user_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"coach_profiles": {
                  Row: {
                    "academy_id": string,"available_in_person": boolean,"available_online": boolean,"bio": string | null,"created_at": string,"pseudonym": string | null,"subjects": (string)[],"updated_at": string,"user_id": string,"verified": boolean
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"available_in_person"?: boolean,"available_online"?: boolean,"bio"?: string | null,"created_at"?: string,"pseudonym"?: string | null,"subjects"?: (string)[],"updated_at"?: string,"user_id": string,"verified"?: boolean
                  }
                  Update: {
                    "academy_id"?: string,"available_in_person"?: boolean,"available_online"?: boolean,"bio"?: string | null,"created_at"?: string,"pseudonym"?: string | null,"subjects"?: (string)[],"updated_at"?: string,"user_id"?: string,"verified"?: boolean
                  }
                  Relationships: [
                    {
      foreignKeyName: "coach_profiles_member"
      columns: ["academy_id","user_id"]
isOneToOne: true
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"cohorts": {
                  Row: {
                    "academy_id": string,"created_at": string,"ends_on": string | null,"formation_id": string,"id": string,"name": string,"seats": number,"starts_on": string,"updated_at": string,"seats_left": number | null
                  }
                  ComputedFields: "seats_left"
                  Insert: {
                    "academy_id": string,"created_at"?: string,"ends_on"?: string | null,"formation_id": string,"id"?: string,"name": string,"seats": number,"starts_on": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"ends_on"?: string | null,"formation_id"?: string,"id"?: string,"name"?: string,"seats"?: number,"starts_on"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "cohorts_formation"
      columns: ["academy_id","formation_id"]
isOneToOne: false
      referencedRelation: "formations"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"consent_tracking": {
                  Row: {
                    "academy_id": string,"created_at": string,"granted": boolean,"id": number,"purpose": string,"user_id": string,"version": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"granted": boolean,"id"?: never,"purpose": string,"user_id": string,"version": string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"granted"?: boolean,"id"?: never,"purpose"?: string,"user_id"?: string,"version"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "consent_tracking_member"
      columns: ["academy_id","user_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"courses": {
                  Row: {
                    "academy_id": string,"archived_at": string | null,"color_gradient": string | null,"created_at": string,"description": string | null,"duration_weeks": number | null,"emoji": string | null,"id": string,"is_published": boolean,"order_index": number,"pillar_number": number | null,"required_feature": string | null,"short_description": string | null,"slug": string,"subject_id": string | null,"thumbnail_url": string | null,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"archived_at"?: string | null,"color_gradient"?: string | null,"created_at"?: string,"description"?: string | null,"duration_weeks"?: number | null,"emoji"?: string | null,"id"?: string,"is_published"?: boolean,"order_index"?: number,"pillar_number"?: number | null,"required_feature"?: string | null,"short_description"?: string | null,"slug": string,"subject_id"?: string | null,"thumbnail_url"?: string | null,"title": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"archived_at"?: string | null,"color_gradient"?: string | null,"created_at"?: string,"description"?: string | null,"duration_weeks"?: number | null,"emoji"?: string | null,"id"?: string,"is_published"?: boolean,"order_index"?: number,"pillar_number"?: number | null,"required_feature"?: string | null,"short_description"?: string | null,"slug"?: string,"subject_id"?: string | null,"thumbnail_url"?: string | null,"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "courses_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "courses_subject"
      columns: ["academy_id","subject_id"]
isOneToOne: false
      referencedRelation: "subjects"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"disputes": {
                  Row: {
                    "academy_id": string,"amount": number,"closed_at": string | null,"created_at": string,"currency": string,"evidence_due_by": string | null,"id": string,"outcome": string | null,"payment_id": string,"payment_intent_id": string,"provider_account_id": string,"provider_dispute_id": string,"reason": string,"status": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"amount": number,"closed_at"?: string | null,"created_at"?: string,"currency": string,"evidence_due_by"?: string | null,"id"?: string,"outcome"?: never,"payment_id": string,"payment_intent_id": string,"provider_account_id": string,"provider_dispute_id": string,"reason": string,"status": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"amount"?: number,"closed_at"?: string | null,"created_at"?: string,"currency"?: string,"evidence_due_by"?: string | null,"id"?: string,"outcome"?: never,"payment_id"?: string,"payment_intent_id"?: string,"provider_account_id"?: string,"provider_dispute_id"?: string,"reason"?: string,"status"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "disputes_payment"
      columns: ["academy_id","payment_id"]
isOneToOne: false
      referencedRelation: "payments"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"email_events": {
                  Row: {
                    "academy_id": string,"code": string | null,"created_at": string,"detail": string | null,"email_id": string,"id": number,"kind": string,"occurred_at": string,"provider_account_id": string | null,"provider_event_id": string | null,"user_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"code"?: string | null,"created_at"?: string,"detail"?: string | null,"email_id": string,"id"?: never,"kind": string,"occurred_at"?: string,"provider_account_id"?: string | null,"provider_event_id"?: string | null,"user_id"?: string | null
                  }
                  Update: {
                    "academy_id"?: string,"code"?: string | null,"created_at"?: string,"detail"?: string | null,"email_id"?: string,"id"?: never,"kind"?: string,"occurred_at"?: string,"provider_account_id"?: string | null,"provider_event_id"?: string | null,"user_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "email_events_email"
      columns: ["academy_id","email_id"]
isOneToOne: false
      referencedRelation: "email_messages"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "email_events_recipient"
      columns: ["academy_id","user_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"email_messages": {
                  Row: {
                    "academy_id": string,"attempts": number,"auth_mail_id": string | null,"created_at": string,"dedupe_key": string,"error_code": string | null,"error_message": string | null,"id": string,"invitation_id": string | null,"locale": string,"provider": string | null,"provider_account_id": string | null,"provider_message_id": string | null,"refs": NonNullable<Json>,"sent_at": string | null,"status": string,"template": string,"unknown_outcomes": number,"updated_at": string,"user_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"attempts"?: number,"auth_mail_id"?: string | null,"created_at"?: string,"dedupe_key": string,"error_code"?: string | null,"error_message"?: string | null,"id"?: string,"invitation_id"?: string | null,"locale": string,"provider"?: string | null,"provider_account_id"?: string | null,"provider_message_id"?: string | null,"refs"?: NonNullable<Json>,"sent_at"?: string | null,"status"?: string,"template": string,"unknown_outcomes"?: number,"updated_at"?: string,"user_id"?: string | null
                  }
                  Update: {
                    "academy_id"?: string,"attempts"?: number,"auth_mail_id"?: string | null,"created_at"?: string,"dedupe_key"?: string,"error_code"?: string | null,"error_message"?: string | null,"id"?: string,"invitation_id"?: string | null,"locale"?: string,"provider"?: string | null,"provider_account_id"?: string | null,"provider_message_id"?: string | null,"refs"?: NonNullable<Json>,"sent_at"?: string | null,"status"?: string,"template"?: string,"unknown_outcomes"?: number,"updated_at"?: string,"user_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "email_messages_recipient"
      columns: ["academy_id","user_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"enrollments": {
                  Row: {
                    "academy_id": string,"cohort_id": string | null,"course_id": string | null,"created_at": string,"end_date": string | null,"formation_id": string | null,"held_until": string | null,"id": string,"order_id": string | null,"progress_percentage": number,"refunded_at": string | null,"start_date": string | null,"status": string,"student_id": string,"updated_at": string,"enrolled_at": string | null,"payment_status": string | null,"user_id": string | null
                  }
                  ComputedFields: "enrolled_at" | "payment_status" | "user_id"
                  Insert: {
                    "academy_id": string,"cohort_id"?: string | null,"course_id"?: string | null,"created_at"?: string,"end_date"?: string | null,"formation_id"?: string | null,"held_until"?: string | null,"id"?: string,"order_id"?: string | null,"progress_percentage"?: number,"refunded_at"?: string | null,"start_date"?: string | null,"status"?: string,"student_id": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"cohort_id"?: string | null,"course_id"?: string | null,"created_at"?: string,"end_date"?: string | null,"formation_id"?: string | null,"held_until"?: string | null,"id"?: string,"order_id"?: string | null,"progress_percentage"?: number,"refunded_at"?: string | null,"start_date"?: string | null,"status"?: string,"student_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "enrollments_cohort"
      columns: ["academy_id","formation_id","cohort_id"]
isOneToOne: false
      referencedRelation: "cohorts"
      referencedColumns: ["academy_id","formation_id","id"]
    },{
      foreignKeyName: "enrollments_course"
      columns: ["academy_id","course_id"]
isOneToOne: false
      referencedRelation: "courses"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "enrollments_formation"
      columns: ["academy_id","formation_id"]
isOneToOne: false
      referencedRelation: "formations"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "enrollments_order"
      columns: ["academy_id","order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "enrollments_student"
      columns: ["academy_id","student_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"entitlements": {
                  Row: {
                    "academy_id": string,"course_id": string | null,"created_at": string,"credits": number | null,"feature": string | null,"formation_id": string | null,"grant_id": string,"id": string,"refunded_at": string | null,"revoked_at": string | null,"seats": number | null,"source_id": string,"source_kind": string,"subject_id": string | null,"updated_at": string,"user_id": string,"valid_from": string,"valid_until": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"course_id"?: string | null,"created_at"?: string,"credits"?: number | null,"feature"?: string | null,"formation_id"?: string | null,"grant_id": string,"id"?: string,"refunded_at"?: string | null,"revoked_at"?: string | null,"seats"?: number | null,"source_id": string,"source_kind": string,"subject_id"?: string | null,"updated_at"?: string,"user_id": string,"valid_from"?: string,"valid_until"?: string | null
                  }
                  Update: {
                    "academy_id"?: string,"course_id"?: string | null,"created_at"?: string,"credits"?: number | null,"feature"?: string | null,"formation_id"?: string | null,"grant_id"?: string,"id"?: string,"refunded_at"?: string | null,"revoked_at"?: string | null,"seats"?: number | null,"source_id"?: string,"source_kind"?: string,"subject_id"?: string | null,"updated_at"?: string,"user_id"?: string,"valid_from"?: string,"valid_until"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "entitlements_course"
      columns: ["academy_id","course_id"]
isOneToOne: false
      referencedRelation: "courses"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "entitlements_formation"
      columns: ["academy_id","formation_id"]
isOneToOne: false
      referencedRelation: "formations"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "entitlements_grant"
      columns: ["academy_id","grant_id"]
isOneToOne: false
      referencedRelation: "offer_grants"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "entitlements_person"
      columns: ["academy_id","user_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    },{
      foreignKeyName: "entitlements_subject"
      columns: ["academy_id","subject_id"]
isOneToOne: false
      referencedRelation: "subjects"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"files": {
                  Row: {
                    "academy_id": string,"bucket_id": string,"content_type": string,"created_at": string,"deleted_at": string | null,"id": string,"object_name": string,"owner_id": string | null,"purpose": string,"retention_until": string | null,"sha256": string | null,"size_bytes": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"bucket_id": string,"content_type": string,"created_at"?: string,"deleted_at"?: string | null,"id"?: string,"object_name": string,"owner_id"?: string | null,"purpose": string,"retention_until"?: string | null,"sha256"?: string | null,"size_bytes": number,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"bucket_id"?: string,"content_type"?: string,"created_at"?: string,"deleted_at"?: string | null,"id"?: string,"object_name"?: string,"owner_id"?: string | null,"purpose"?: string,"retention_until"?: string | null,"sha256"?: string | null,"size_bytes"?: number,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "files_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "files_owner"
      columns: ["academy_id","owner_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"formations": {
                  Row: {
                    "academy_id": string,"archived_at": string | null,"created_at": string,"description": string | null,"duration_months": number | null,"features": (string)[],"id": string,"is_active": boolean,"level": string | null,"max_students": number | null,"order_index": number,"prerequisites": (string)[],"self_paced": boolean,"slug": string,"subtitle": string | null,"thumbnail_url": string | null,"title": string,"updated_at": string,"price_euros": number | null
                  }
                  ComputedFields: "price_euros"
                  Insert: {
                    "academy_id": string,"archived_at"?: string | null,"created_at"?: string,"description"?: string | null,"duration_months"?: number | null,"features"?: (string)[],"id"?: string,"is_active"?: boolean,"level"?: string | null,"max_students"?: number | null,"order_index"?: number,"prerequisites"?: (string)[],"self_paced"?: boolean,"slug": string,"subtitle"?: string | null,"thumbnail_url"?: string | null,"title": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"archived_at"?: string | null,"created_at"?: string,"description"?: string | null,"duration_months"?: number | null,"features"?: (string)[],"id"?: string,"is_active"?: boolean,"level"?: string | null,"max_students"?: number | null,"order_index"?: number,"prerequisites"?: (string)[],"self_paced"?: boolean,"slug"?: string,"subtitle"?: string | null,"thumbnail_url"?: string | null,"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "formations_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    }
                  ]
                },"garage_profiles": {
                  Row: {
                    "academy_id": string,"address": string | null,"city": string | null,"company_name": string,"created_at": string,"postal_code": string | null,"siret": string | null,"specializations": (string)[],"team_size": number | null,"updated_at": string,"user_id": string,"verified": boolean
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"address"?: string | null,"city"?: string | null,"company_name": string,"created_at"?: string,"postal_code"?: string | null,"siret"?: string | null,"specializations"?: (string)[],"team_size"?: number | null,"updated_at"?: string,"user_id": string,"verified"?: boolean
                  }
                  Update: {
                    "academy_id"?: string,"address"?: string | null,"city"?: string | null,"company_name"?: string,"created_at"?: string,"postal_code"?: string | null,"siret"?: string | null,"specializations"?: (string)[],"team_size"?: number | null,"updated_at"?: string,"user_id"?: string,"verified"?: boolean
                  }
                  Relationships: [
                    {
      foreignKeyName: "garage_profiles_member"
      columns: ["academy_id","user_id"]
isOneToOne: true
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"garage_seats": {
                  Row: {
                    "academy_id": string,"created_at": string,"email": string | null,"garage_id": string,"id": string,"released_at": string | null,"student_id": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"email"?: string | null,"garage_id": string,"id"?: string,"released_at"?: string | null,"student_id"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"email"?: string | null,"garage_id"?: string,"id"?: string,"released_at"?: string | null,"student_id"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "garage_seats_garage"
      columns: ["academy_id","garage_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    },{
      foreignKeyName: "garage_seats_student"
      columns: ["academy_id","student_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"guardianships": {
                  Row: {
                    "academy_id": string,"created_at": string,"ends_on": string | null,"parent_id": string,"scopes": (string)[],"student_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"ends_on"?: string | null,"parent_id": string,"scopes": (string)[],"student_id": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"ends_on"?: string | null,"parent_id"?: string,"scopes"?: (string)[],"student_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "guardianships_parent"
      columns: ["academy_id","parent_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    },{
      foreignKeyName: "guardianships_student"
      columns: ["academy_id","student_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"invoices": {
                  Row: {
                    "academy_id": string,"buyer": NonNullable<Json>,"buyer_id": string,"created_at": string,"credited_invoice_id": string | null,"currency": string,"file_id": string | null,"id": string,"issued_on": string,"kind": string,"lines": NonNullable<Json>,"mentions": NonNullable<Json>,"net_amount": number,"number": string,"object_name": string,"order_id": string,"order_payer_id": string,"payer_id": string | null,"payment": NonNullable<Json>,"seller": NonNullable<Json>,"sequence": number,"tax_amount": number,"taxes": NonNullable<Json>,"total_amount": number,"updated_at": string,"year": number
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"buyer": NonNullable<Json>,"buyer_id": string,"created_at"?: string,"credited_invoice_id"?: string | null,"currency": string,"file_id"?: string | null,"id"?: string,"issued_on": string,"kind": string,"lines": NonNullable<Json>,"mentions": NonNullable<Json>,"net_amount": number,"number": string,"object_name"?: never,"order_id": string,"order_payer_id": string,"payer_id"?: string | null,"payment": NonNullable<Json>,"seller": NonNullable<Json>,"sequence": number,"tax_amount": number,"taxes": NonNullable<Json>,"total_amount": number,"updated_at"?: string,"year": number
                  }
                  Update: {
                    "academy_id"?: string,"buyer"?: NonNullable<Json>,"buyer_id"?: string,"created_at"?: string,"credited_invoice_id"?: string | null,"currency"?: string,"file_id"?: string | null,"id"?: string,"issued_on"?: string,"kind"?: string,"lines"?: NonNullable<Json>,"mentions"?: NonNullable<Json>,"net_amount"?: number,"number"?: string,"object_name"?: never,"order_id"?: string,"order_payer_id"?: string,"payer_id"?: string | null,"payment"?: NonNullable<Json>,"seller"?: NonNullable<Json>,"sequence"?: number,"tax_amount"?: number,"taxes"?: NonNullable<Json>,"total_amount"?: number,"updated_at"?: string,"year"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "invoices_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "invoices_buyer"
      columns: ["academy_id","buyer_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    },{
      foreignKeyName: "invoices_credited"
      columns: ["academy_id","credited_invoice_id"]
isOneToOne: false
      referencedRelation: "invoices"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "invoices_file"
      columns: ["academy_id","file_id"]
isOneToOne: false
      referencedRelation: "files"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "invoices_order"
      columns: ["academy_id","order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "invoices_order_payer"
      columns: ["academy_id","order_payer_id"]
isOneToOne: false
      referencedRelation: "order_payers"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "invoices_payer"
      columns: ["academy_id","payer_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"lesson_contents": {
                  Row: {
                    "academy_id": string,"attachments": NonNullable<Json>,"content": string | null,"created_at": string,"lesson_id": string,"updated_at": string,"video_url": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"attachments"?: NonNullable<Json>,"content"?: string | null,"created_at"?: string,"lesson_id": string,"updated_at"?: string,"video_url"?: string | null
                  }
                  Update: {
                    "academy_id"?: string,"attachments"?: NonNullable<Json>,"content"?: string | null,"created_at"?: string,"lesson_id"?: string,"updated_at"?: string,"video_url"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "lesson_contents_lesson"
      columns: ["academy_id","lesson_id"]
isOneToOne: true
      referencedRelation: "lessons"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"lessons": {
                  Row: {
                    "academy_id": string,"course_id": string,"created_at": string,"description": string | null,"duration_minutes": number | null,"id": string,"is_free": boolean,"is_published": boolean,"lesson_number": number,"release_day_offset": number,"slug": string | null,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"course_id": string,"created_at"?: string,"description"?: string | null,"duration_minutes"?: number | null,"id"?: string,"is_free"?: boolean,"is_published"?: boolean,"lesson_number": number,"release_day_offset"?: number,"slug"?: string | null,"title": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"course_id"?: string,"created_at"?: string,"description"?: string | null,"duration_minutes"?: number | null,"id"?: string,"is_free"?: boolean,"is_published"?: boolean,"lesson_number"?: number,"release_day_offset"?: number,"slug"?: string | null,"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "lessons_course"
      columns: ["academy_id","course_id"]
isOneToOne: false
      referencedRelation: "courses"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"member_onboarding": {
                  Row: {
                    "academy_id": string,"created_at": string,"onboarding_answers": NonNullable<Json>,"onboarding_completed": boolean,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"onboarding_answers"?: NonNullable<Json>,"onboarding_completed"?: boolean,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"onboarding_answers"?: NonNullable<Json>,"onboarding_completed"?: boolean,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "member_onboarding_member"
      columns: ["academy_id","user_id"]
isOneToOne: true
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"member_profiles": {
                  Row: {
                    "academy_id": string,"city": string | null,"created_at": string,"interests": (string)[],"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"city"?: string | null,"created_at"?: string,"interests"?: (string)[],"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"city"?: string | null,"created_at"?: string,"interests"?: (string)[],"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "member_profiles_member"
      columns: ["academy_id","user_id"]
isOneToOne: true
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"member_roles": {
                  Row: {
                    "academy_id": string,"granted_at": string,"role": Database["public"]['Enums']["member_role"],"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"granted_at"?: string,"role": Database["public"]['Enums']["member_role"],"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"granted_at"?: string,"role"?: Database["public"]['Enums']["member_role"],"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "roles_belong_to_a_member"
      columns: ["academy_id","user_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"members": {
                  Row: {
                    "academy_id": string,"created_at": string,"directory_opt_out": boolean,"joined_at": string | null,"listed": boolean,"status": string,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"directory_opt_out"?: boolean,"joined_at"?: string | null,"listed"?: boolean,"status"?: string,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"directory_opt_out"?: boolean,"joined_at"?: string | null,"listed"?: boolean,"status"?: string,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "members_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "members_user_id_fkey"
      columns: ["user_id"]
isOneToOne: false
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"module_contents": {
                  Row: {
                    "academy_id": string,"attachments": NonNullable<Json>,"content": string | null,"content_url": string | null,"created_at": string,"module_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"attachments"?: NonNullable<Json>,"content"?: string | null,"content_url"?: string | null,"created_at"?: string,"module_id": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"attachments"?: NonNullable<Json>,"content"?: string | null,"content_url"?: string | null,"created_at"?: string,"module_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "module_contents_module"
      columns: ["academy_id","module_id"]
isOneToOne: true
      referencedRelation: "modules"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"modules": {
                  Row: {
                    "academy_id": string,"content_type": string,"course_id": string | null,"created_at": string,"description": string | null,"duration_hours": number | null,"formation_id": string,"id": string,"is_mandatory": boolean,"order_index": number,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"content_type": string,"course_id"?: string | null,"created_at"?: string,"description"?: string | null,"duration_hours"?: number | null,"formation_id": string,"id"?: string,"is_mandatory"?: boolean,"order_index": number,"title": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"content_type"?: string,"course_id"?: string | null,"created_at"?: string,"description"?: string | null,"duration_hours"?: number | null,"formation_id"?: string,"id"?: string,"is_mandatory"?: boolean,"order_index"?: number,"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "modules_course"
      columns: ["academy_id","course_id"]
isOneToOne: false
      referencedRelation: "courses"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "modules_formation"
      columns: ["academy_id","formation_id"]
isOneToOne: false
      referencedRelation: "formations"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"offer_grants": {
                  Row: {
                    "academy_id": string,"course_id": string | null,"created_at": string,"credits": number | null,"duration_days": number | null,"feature": string | null,"formation_id": string | null,"id": string,"offer_id": string,"seats": number | null,"subject_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"course_id"?: string | null,"created_at"?: string,"credits"?: number | null,"duration_days"?: number | null,"feature"?: string | null,"formation_id"?: string | null,"id"?: string,"offer_id": string,"seats"?: number | null,"subject_id"?: string | null
                  }
                  Update: {
                    "academy_id"?: string,"course_id"?: string | null,"created_at"?: string,"credits"?: number | null,"duration_days"?: number | null,"feature"?: string | null,"formation_id"?: string | null,"id"?: string,"offer_id"?: string,"seats"?: number | null,"subject_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "offer_grants_course"
      columns: ["academy_id","course_id"]
isOneToOne: false
      referencedRelation: "courses"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "offer_grants_formation"
      columns: ["academy_id","formation_id"]
isOneToOne: false
      referencedRelation: "formations"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "offer_grants_offer"
      columns: ["academy_id","offer_id"]
isOneToOne: false
      referencedRelation: "offers"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "offer_grants_subject"
      columns: ["academy_id","subject_id"]
isOneToOne: false
      referencedRelation: "subjects"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"offers": {
                  Row: {
                    "academy_id": string,"amount": number,"billing_interval": string | null,"created_at": string,"currency": string,"description": string | null,"id": string,"installment_counts": (number)[],"is_active": boolean,"kind": string,"order_index": number,"tax_note": string | null,"tax_rate": number,"title": string,"updated_at": string,"valid_from": string | null,"valid_until": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"amount": number,"billing_interval"?: string | null,"created_at"?: string,"currency": string,"description"?: string | null,"id"?: string,"installment_counts"?: (number)[],"is_active"?: boolean,"kind": string,"order_index"?: number,"tax_note"?: string | null,"tax_rate"?: number,"title": string,"updated_at"?: string,"valid_from"?: string | null,"valid_until"?: string | null
                  }
                  Update: {
                    "academy_id"?: string,"amount"?: number,"billing_interval"?: string | null,"created_at"?: string,"currency"?: string,"description"?: string | null,"id"?: string,"installment_counts"?: (number)[],"is_active"?: boolean,"kind"?: string,"order_index"?: number,"tax_note"?: string | null,"tax_rate"?: number,"title"?: string,"updated_at"?: string,"valid_from"?: string | null,"valid_until"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "offers_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    }
                  ]
                },"order_lines": {
                  Row: {
                    "academy_id": string,"created_at": string,"discount_amount": number,"id": string,"offer_id": string,"order_id": string,"quantity": number,"tax_amount": number,"tax_note": string | null,"tax_rate": number,"title": string,"total_amount": number | null,"unit_amount": number
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"discount_amount"?: number,"id"?: string,"offer_id": string,"order_id": string,"quantity"?: number,"tax_amount": number,"tax_note"?: string | null,"tax_rate": number,"title": string,"total_amount"?: never,"unit_amount": number
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"discount_amount"?: number,"id"?: string,"offer_id"?: string,"order_id"?: string,"quantity"?: number,"tax_amount"?: number,"tax_note"?: string | null,"tax_rate"?: number,"title"?: string,"total_amount"?: never,"unit_amount"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "order_lines_offer"
      columns: ["academy_id","offer_id"]
isOneToOne: false
      referencedRelation: "offers"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "order_lines_order"
      columns: ["academy_id","order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"order_payers": {
                  Row: {
                    "academy_id": string,"created_at": string,"id": string,"kind": string,"label": string | null,"order_id": string,"payer_id": string | null,"share_amount": number
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"id"?: string,"kind": string,"label"?: string | null,"order_id": string,"payer_id"?: string | null,"share_amount": number
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"id"?: string,"kind"?: string,"label"?: string | null,"order_id"?: string,"payer_id"?: string | null,"share_amount"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "order_payers_order"
      columns: ["academy_id","order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "order_payers_payer"
      columns: ["academy_id","payer_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"orders": {
                  Row: {
                    "academy_id": string,"beneficiary_id": string,"buyer_id": string,"created_at": string,"currency": string,"expires_at": string,"id": string,"paid_at": string | null,"reference": string,"status": string,"tax_amount": number,"total_amount": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"beneficiary_id": string,"buyer_id": string,"created_at"?: string,"currency": string,"expires_at": string,"id"?: string,"paid_at"?: string | null,"reference": string,"status"?: string,"tax_amount"?: number,"total_amount": number,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"beneficiary_id"?: string,"buyer_id"?: string,"created_at"?: string,"currency"?: string,"expires_at"?: string,"id"?: string,"paid_at"?: string | null,"reference"?: string,"status"?: string,"tax_amount"?: number,"total_amount"?: number,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "orders_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "orders_beneficiary"
      columns: ["academy_id","beneficiary_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    },{
      foreignKeyName: "orders_buyer"
      columns: ["academy_id","buyer_id"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"parent_profiles": {
                  Row: {
                    "academy_id": string,"city": string | null,"created_at": string,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"city"?: string | null,"created_at"?: string,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"city"?: string | null,"created_at"?: string,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "parent_profiles_member"
      columns: ["academy_id","user_id"]
isOneToOne: true
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"payment_attempts": {
                  Row: {
                    "academy_id": string,"asked_at": string | null,"cancel_url": string | null,"created_at": string,"error_code": string | null,"error_message": string | null,"expires_at": string,"id": string,"idempotency_key": string,"kind": string,"payment_id": string,"provider_intent_id": string | null,"provider_session_id": string | null,"status": string,"success_url": string | null,"updated_at": string,"url": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"asked_at"?: string | null,"cancel_url"?: string | null,"created_at"?: string,"error_code"?: string | null,"error_message"?: string | null,"expires_at": string,"id"?: string,"idempotency_key": string,"kind"?: string,"payment_id": string,"provider_intent_id"?: string | null,"provider_session_id"?: string | null,"status"?: string,"success_url"?: string | null,"updated_at"?: string,"url"?: string | null
                  }
                  Update: {
                    "academy_id"?: string,"asked_at"?: string | null,"cancel_url"?: string | null,"created_at"?: string,"error_code"?: string | null,"error_message"?: string | null,"expires_at"?: string,"id"?: string,"idempotency_key"?: string,"kind"?: string,"payment_id"?: string,"provider_intent_id"?: string | null,"provider_session_id"?: string | null,"status"?: string,"success_url"?: string | null,"updated_at"?: string,"url"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "payment_attempts_payment"
      columns: ["academy_id","payment_id"]
isOneToOne: false
      referencedRelation: "payments"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"payments": {
                  Row: {
                    "academy_id": string,"amount": number,"created_at": string,"currency": string,"due_date": string,"id": string,"installment_number": number,"installments": number,"method": string | null,"order_id": string,"paid_at": string | null,"provider_account_id": string,"status": string,"stripe_payment_intent_id": string | null,"updated_at": string,"amount_euros": number | null,"enrollment_id": string | null
                  }
                  ComputedFields: "amount_euros" | "enrollment_id"
                  Insert: {
                    "academy_id": string,"amount": number,"created_at"?: string,"currency": string,"due_date"?: string,"id"?: string,"installment_number"?: number,"installments"?: number,"method"?: string | null,"order_id": string,"paid_at"?: string | null,"provider_account_id": string,"status"?: string,"stripe_payment_intent_id"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"amount"?: number,"created_at"?: string,"currency"?: string,"due_date"?: string,"id"?: string,"installment_number"?: number,"installments"?: number,"method"?: string | null,"order_id"?: string,"paid_at"?: string | null,"provider_account_id"?: string,"status"?: string,"stripe_payment_intent_id"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "payments_order"
      columns: ["academy_id","order_id"]
isOneToOne: false
      referencedRelation: "orders"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"profile_details": {
                  Row: {
                    "address": string | null,"birth_date": string | null,"city": string | null,"country": string | null,"created_at": string,"email": string | null,"locale": string | null,"notification_preferences": NonNullable<Json>,"phone": string | null,"postal_code": string | null,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "address"?: string | null,"birth_date"?: string | null,"city"?: string | null,"country"?: string | null,"created_at"?: string,"email"?: string | null,"locale"?: string | null,"notification_preferences"?: NonNullable<Json>,"phone"?: string | null,"postal_code"?: string | null,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "address"?: string | null,"birth_date"?: string | null,"city"?: string | null,"country"?: string | null,"created_at"?: string,"email"?: string | null,"locale"?: string | null,"notification_preferences"?: NonNullable<Json>,"phone"?: string | null,"postal_code"?: string | null,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "profile_details_user_id_fkey"
      columns: ["user_id"]
isOneToOne: true
      referencedRelation: "profiles"
      referencedColumns: ["id"]
    }
                  ]
                },"profiles": {
                  Row: {
                    "avatar_url": string | null,"bio": string | null,"cover_url": string | null,"created_at": string,"first_name": string | null,"full_name": string | null,"id": string,"last_name": string | null,"updated_at": string,"profile_type": string | null
                  }
                  ComputedFields: "profile_type"
                  Insert: {
                    "avatar_url"?: string | null,"bio"?: string | null,"cover_url"?: string | null,"created_at"?: string,"first_name"?: string | null,"full_name"?: never,"id": string,"last_name"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "avatar_url"?: string | null,"bio"?: string | null,"cover_url"?: string | null,"created_at"?: string,"first_name"?: string | null,"full_name"?: never,"id"?: string,"last_name"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    
                  ]
                },"quiz_questions": {
                  Row: {
                    "academy_id": string,"choices": Json | null,"created_at": string,"id": string,"kind": string,"order_index": number,"points": number,"prompt": string,"quiz_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"choices"?: Json | null,"created_at"?: string,"id"?: string,"kind": string,"order_index": number,"points"?: number,"prompt": string,"quiz_id": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"choices"?: Json | null,"created_at"?: string,"id"?: string,"kind"?: string,"order_index"?: number,"points"?: number,"prompt"?: string,"quiz_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "quiz_questions_quiz"
      columns: ["academy_id","quiz_id"]
isOneToOne: false
      referencedRelation: "quizzes"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"quizzes": {
                  Row: {
                    "academy_id": string,"created_at": string,"description": string | null,"id": string,"lesson_id": string | null,"module_id": string | null,"pass_percentage": number,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"description"?: string | null,"id"?: string,"lesson_id"?: string | null,"module_id"?: string | null,"pass_percentage"?: number,"title": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"description"?: string | null,"id"?: string,"lesson_id"?: string | null,"module_id"?: string | null,"pass_percentage"?: number,"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "quizzes_lesson"
      columns: ["academy_id","lesson_id"]
isOneToOne: false
      referencedRelation: "lessons"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "quizzes_module"
      columns: ["academy_id","module_id"]
isOneToOne: false
      referencedRelation: "modules"
      referencedColumns: ["academy_id","id"]
    }
                  ]
                },"refunds": {
                  Row: {
                    "academy_id": string,"amount": number,"asked_at": string | null,"buried_at": string | null,"created_at": string,"currency": string,"failure_code": string | null,"failure_message": string | null,"id": string,"idempotency_key": string,"note": string | null,"order_line_id": string | null,"payment_id": string,"payment_intent_id": string,"provider_account_id": string,"provider_refund_id": string | null,"reason": string,"request_key": string | null,"requested_by": string | null,"revoke_access": boolean,"settled_at": string | null,"status": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"amount": number,"asked_at"?: string | null,"buried_at"?: string | null,"created_at"?: string,"currency": string,"failure_code"?: string | null,"failure_message"?: string | null,"id"?: string,"idempotency_key"?: string,"note"?: string | null,"order_line_id"?: string | null,"payment_id": string,"payment_intent_id": string,"provider_account_id": string,"provider_refund_id"?: string | null,"reason": string,"request_key"?: string | null,"requested_by"?: string | null,"revoke_access"?: boolean,"settled_at"?: string | null,"status"?: string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"amount"?: number,"asked_at"?: string | null,"buried_at"?: string | null,"created_at"?: string,"currency"?: string,"failure_code"?: string | null,"failure_message"?: string | null,"id"?: string,"idempotency_key"?: string,"note"?: string | null,"order_line_id"?: string | null,"payment_id"?: string,"payment_intent_id"?: string,"provider_account_id"?: string,"provider_refund_id"?: string | null,"reason"?: string,"request_key"?: string | null,"requested_by"?: string | null,"revoke_access"?: boolean,"settled_at"?: string | null,"status"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "refunds_order_line"
      columns: ["academy_id","order_line_id"]
isOneToOne: false
      referencedRelation: "order_lines"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "refunds_payment"
      columns: ["academy_id","payment_id"]
isOneToOne: false
      referencedRelation: "payments"
      referencedColumns: ["academy_id","id"]
    },{
      foreignKeyName: "refunds_requested_by"
      columns: ["academy_id","requested_by"]
isOneToOne: false
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"student_profiles": {
                  Row: {
                    "academy_id": string,"created_at": string,"education_level": string | null,"employment_status": string | null,"financing_type": string | null,"grade": string | null,"motivation_letter": string | null,"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"created_at"?: string,"education_level"?: string | null,"employment_status"?: string | null,"financing_type"?: string | null,"grade"?: string | null,"motivation_letter"?: string | null,"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "academy_id"?: string,"created_at"?: string,"education_level"?: string | null,"employment_status"?: string | null,"financing_type"?: string | null,"grade"?: string | null,"motivation_letter"?: string | null,"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "student_profiles_member"
      columns: ["academy_id","user_id"]
isOneToOne: true
      referencedRelation: "members"
      referencedColumns: ["academy_id","user_id"]
    }
                  ]
                },"subjects": {
                  Row: {
                    "academy_id": string,"archived_at": string | null,"code": string,"created_at": string,"id": string,"order_index": number,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "academy_id": string,"archived_at"?: string | null,"code": string,"created_at"?: string,"id"?: string,"order_index"?: number,"title": string,"updated_at"?: string
                  }
                  Update: {
                    "academy_id"?: string,"archived_at"?: string | null,"code"?: string,"created_at"?: string,"id"?: string,"order_index"?: number,"title"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "subjects_academy_id_fkey"
      columns: ["academy_id"]
isOneToOne: false
      referencedRelation: "academies"
      referencedColumns: ["id"]
    }
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "accept_invitation":
{ Args: { "consents"?: Json,"token": string }; Returns: {
              "academy_id": string,
"created_at": string,
"directory_opt_out": boolean,
"joined_at": string | null,
"listed": boolean,
"status": string,
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "members"
        isOneToOne: true
        isSetofReturn: false
      } },
"add_lesson":
{ Args: { "course_id": string,"description"?: string,"duration_minutes"?: number,"is_free"?: boolean,"release_day_offset"?: number,"slug"?: string,"title": string }; Returns: {
              "academy_id": string,
"course_id": string,
"created_at": string,
"description": string | null,
"duration_minutes": number | null,
"id": string,
"is_free": boolean,
"is_published": boolean,
"lesson_number": number,
"release_day_offset": number,
"slug": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "lessons"
        isOneToOne: true
        isSetofReturn: false
      } },
"add_module":
{ Args: { "content_type": string,"course_id"?: string,"description"?: string,"duration_hours"?: number,"formation_id": string,"is_mandatory"?: boolean,"title": string }; Returns: {
              "academy_id": string,
"content_type": string,
"course_id": string | null,
"created_at": string,
"description": string | null,
"duration_hours": number | null,
"formation_id": string,
"id": string,
"is_mandatory": boolean,
"order_index": number,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "modules"
        isOneToOne: true
        isSetofReturn: false
      } },
"amount_euros":
{ Args: { "": Database["public"]['Tables']["payments"]['Row'] }; Returns: { error: true } & "the function public.amount_euros with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"archive_course":
{ Args: { "course_id": string }; Returns: {
              "academy_id": string,
"archived_at": string | null,
"color_gradient": string | null,
"created_at": string,
"description": string | null,
"duration_weeks": number | null,
"emoji": string | null,
"id": string,
"is_published": boolean,
"order_index": number,
"pillar_number": number | null,
"required_feature": string | null,
"short_description": string | null,
"slug": string,
"subject_id": string | null,
"thumbnail_url": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "courses"
        isOneToOne: true
        isSetofReturn: false
      } },
"archive_formation":
{ Args: { "formation_id": string }; Returns: {
              "academy_id": string,
"archived_at": string | null,
"created_at": string,
"description": string | null,
"duration_months": number | null,
"features": (string)[],
"id": string,
"is_active": boolean,
"level": string | null,
"max_students": number | null,
"order_index": number,
"prerequisites": (string)[],
"self_paced": boolean,
"slug": string,
"subtitle": string | null,
"thumbnail_url": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "formations"
        isOneToOne: true
        isSetofReturn: false
      } },
"archive_offer":
{ Args: { "offer_id": string }; Returns: {
              "academy_id": string,
"amount": number,
"billing_interval": string | null,
"created_at": string,
"currency": string,
"description": string | null,
"id": string,
"installment_counts": (number)[],
"is_active": boolean,
"kind": string,
"order_index": number,
"tax_note": string | null,
"tax_rate": number,
"title": string,
"updated_at": string,
"valid_from": string | null,
"valid_until": string | null
            }
                          SetofOptions: {
        from: "*"
        to: "offers"
        isOneToOne: true
        isSetofReturn: false
      } },
"cancel_task":
{ Args: { "task_id": string }; Returns: {
              "academy_id": string,
"attempts": number,
"created_at": string,
"created_by": string | null,
"dedupe_key": string | null,
"enrollment_id": string | null,
"finished_at": string | null,
"id": string,
"member_id": string | null,
"parameters": NonNullable<Json>,
"queued_at": string | null,
"result": Json | null,
"scheduled_for": string,
"started_at": string | null,
"status": string,
"target_id": string,
"task_type": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "automated_tasks"
        isOneToOne: true
        isSetofReturn: false
      } },
"catalogue_version":
{ Args: { "academy_slug": string }; Returns: number
                           },
"create_cohort":
{ Args: { "ends_on"?: string,"formation_id": string,"name": string,"seats"?: number,"starts_on": string }; Returns: {
              "academy_id": string,
"created_at": string,
"ends_on": string | null,
"formation_id": string,
"id": string,
"name": string,
"seats": number,
"starts_on": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "cohorts"
        isOneToOne: true
        isSetofReturn: false
      } },
"create_course":
{ Args: { "academy_id": string,"color_gradient"?: string,"description"?: string,"duration_weeks"?: number,"emoji"?: string,"lessons"?: Json,"order_index"?: number,"pillar_number"?: number,"required_feature"?: string,"short_description"?: string,"slug"?: string,"subject_id"?: string,"thumbnail_url"?: string,"title": string }; Returns: {
              "academy_id": string,
"archived_at": string | null,
"color_gradient": string | null,
"created_at": string,
"description": string | null,
"duration_weeks": number | null,
"emoji": string | null,
"id": string,
"is_published": boolean,
"order_index": number,
"pillar_number": number | null,
"required_feature": string | null,
"short_description": string | null,
"slug": string,
"subject_id": string | null,
"thumbnail_url": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "courses"
        isOneToOne: true
        isSetofReturn: false
      } },
"create_formation":
{ Args: { "academy_id": string,"description"?: string,"duration_months"?: number,"features"?: (string)[],"level"?: string,"max_students"?: number,"modules"?: Json,"prerequisites"?: (string)[],"self_paced"?: boolean,"slug"?: string,"subtitle"?: string,"thumbnail_url"?: string,"title": string }; Returns: {
              "academy_id": string,
"archived_at": string | null,
"created_at": string,
"description": string | null,
"duration_months": number | null,
"features": (string)[],
"id": string,
"is_active": boolean,
"level": string | null,
"max_students": number | null,
"order_index": number,
"prerequisites": (string)[],
"self_paced": boolean,
"slug": string,
"subtitle": string | null,
"thumbnail_url": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "formations"
        isOneToOne: true
        isSetofReturn: false
      } },
"create_offer":
{ Args: { "academy_id": string,"amount": number,"billing_interval"?: string,"description"?: string,"grants": Json,"installment_counts"?: (number)[],"kind": string,"order_index"?: number,"tax_note"?: string,"tax_rate"?: number,"title": string,"valid_from"?: string,"valid_until"?: string }; Returns: {
              "academy_id": string,
"amount": number,
"billing_interval": string | null,
"created_at": string,
"currency": string,
"description": string | null,
"id": string,
"installment_counts": (number)[],
"is_active": boolean,
"kind": string,
"order_index": number,
"tax_note": string | null,
"tax_rate": number,
"title": string,
"updated_at": string,
"valid_from": string | null,
"valid_until": string | null
            }
                          SetofOptions: {
        from: "*"
        to: "offers"
        isOneToOne: true
        isSetofReturn: false
      } },
"create_order":
{ Args: { "cohort_id"?: string,"offer_id": string }; Returns: {
              "academy_id": string,
"beneficiary_id": string,
"buyer_id": string,
"created_at": string,
"currency": string,
"expires_at": string,
"id": string,
"paid_at": string | null,
"reference": string,
"status": string,
"tax_amount": number,
"total_amount": number,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "orders"
        isOneToOne: true
        isSetofReturn: false
      } },
"create_quiz":
{ Args: { "description"?: string,"lesson_id"?: string,"module_id"?: string,"pass_percentage"?: number,"questions": Json,"title": string }; Returns: {
              "academy_id": string,
"created_at": string,
"description": string | null,
"id": string,
"lesson_id": string | null,
"module_id": string | null,
"pass_percentage": number,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "quizzes"
        isOneToOne: true
        isSetofReturn: false
      } },
"create_subject":
{ Args: { "academy_id": string,"code": string,"order_index"?: number,"title": string }; Returns: {
              "academy_id": string,
"archived_at": string | null,
"code": string,
"created_at": string,
"id": string,
"order_index": number,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "subjects"
        isOneToOne: true
        isSetofReturn: false
      } },
"end_guardianship":
{ Args: { "academy_id": string,"parent_id": string,"student_id": string }; Returns: {
              "academy_id": string,
"created_at": string,
"ends_on": string | null,
"parent_id": string,
"scopes": (string)[],
"student_id": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "guardianships"
        isOneToOne: true
        isSetofReturn: false
      } },
"enroll":
{ Args: { "cohort_id"?: string,"formation_id": string }; Returns: {
              "academy_id": string,
"cohort_id": string | null,
"course_id": string | null,
"created_at": string,
"end_date": string | null,
"formation_id": string | null,
"held_until": string | null,
"id": string,
"order_id": string | null,
"progress_percentage": number,
"refunded_at": string | null,
"start_date": string | null,
"status": string,
"student_id": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "enrollments"
        isOneToOne: true
        isSetofReturn: false
      } },
"enroll_in_course":
{ Args: { "course_id": string }; Returns: {
              "academy_id": string,
"cohort_id": string | null,
"course_id": string | null,
"created_at": string,
"end_date": string | null,
"formation_id": string | null,
"held_until": string | null,
"id": string,
"order_id": string | null,
"progress_percentage": number,
"refunded_at": string | null,
"start_date": string | null,
"status": string,
"student_id": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "enrollments"
        isOneToOne: true
        isSetofReturn: false
      } },
"enrolled_at":
{ Args: { "": Database["public"]['Tables']["enrollments"]['Row'] }; Returns: { error: true } & "the function public.enrolled_at with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"enrollment_id":
{ Args: { "": Database["public"]['Tables']["payments"]['Row'] }; Returns: { error: true } & "the function public.enrollment_id with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"ensure_profile":
{ Args: Record<PropertyKey, never>; Returns: {
              "avatar_url": string | null,
"bio": string | null,
"cover_url": string | null,
"created_at": string,
"first_name": string | null,
"full_name": string | null,
"id": string,
"last_name": string | null,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "profiles"
        isOneToOne: true
        isSetofReturn: false
      } },
"give_consent":
{ Args: { "academy_id": string,"granted": boolean,"purpose": string,"version": string }; Returns: {
              "academy_id": string,
"created_at": string,
"granted": boolean,
"id": number,
"purpose": string,
"user_id": string,
"version": string
            }
                          SetofOptions: {
        from: "*"
        to: "consent_tracking"
        isOneToOne: true
        isSetofReturn: false
      } },
"grant_role":
{ Args: { "academy_id": string,"member_id": string,"role": Database["public"]['Enums']["member_role"] }; Returns: {
              "academy_id": string,
"granted_at": string,
"role": Database["public"]['Enums']["member_role"],
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "member_roles"
        isOneToOne: true
        isSetofReturn: false
      } },
"hide_from_directory":
{ Args: { "academy_id": string,"hidden"?: boolean }; Returns: {
              "academy_id": string,
"created_at": string,
"directory_opt_out": boolean,
"joined_at": string | null,
"listed": boolean,
"status": string,
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "members"
        isOneToOne: true
        isSetofReturn: false
      } },
"invite":
{ Args: { "academy_id": string,"email": string,"role": Database["public"]['Enums']["member_role"] }; Returns: string
                           },
"invite_to_seat":
{ Args: { "academy_id": string,"email": string }; Returns: {
              "academy_id": string,
"created_at": string,
"email": string | null,
"garage_id": string,
"id": string,
"released_at": string | null,
"student_id": string | null,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "garage_seats"
        isOneToOne: true
        isSetofReturn: false
      } },
"join_academy":
{ Args: { "consents"?: Json,"slug": string }; Returns: {
              "academy_id": string,
"created_at": string,
"directory_opt_out": boolean,
"joined_at": string | null,
"listed": boolean,
"status": string,
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "members"
        isOneToOne: true
        isSetofReturn: false
      } },
"leave_academy":
{ Args: { "academy_id": string }; Returns: {
              "academy_id": string,
"created_at": string,
"directory_opt_out": boolean,
"joined_at": string | null,
"listed": boolean,
"status": string,
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "members"
        isOneToOne: true
        isSetofReturn: false
      } },
"lift_suppression":
{ Args: { "suppression_id": string }; Returns: undefined
                           },
"list_invitations":
{ Args: { "academy_id": string }; Returns: {
              "accepted_at": string,"created_at": string,"email": string,"expires_at": string,"id": string,"invited_by": string,"role": Database["public"]['Enums']["member_role"],"status": string
            }[]
                           },
"list_suppressions":
{ Args: { "academy_id": string,"after_id"?: string,"result_limit"?: number }; Returns: {
              "created_at": string,"email": string,"id": string,"reason": string
            }[]
                           },
"payment_status":
{ Args: { "": Database["public"]['Tables']["enrollments"]['Row'] }; Returns: { error: true } & "the function public.payment_status with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"price_euros":
{ Args: { "": Database["public"]['Tables']["formations"]['Row'] }; Returns: { error: true } & "the function public.price_euros with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"profile_type":
{ Args: { "": Database["public"]['Tables']["profiles"]['Row'] }; Returns: { error: true } & "the function public.profile_type with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"publish_course":
{ Args: { "course_id": string }; Returns: {
              "academy_id": string,
"archived_at": string | null,
"color_gradient": string | null,
"created_at": string,
"description": string | null,
"duration_weeks": number | null,
"emoji": string | null,
"id": string,
"is_published": boolean,
"order_index": number,
"pillar_number": number | null,
"required_feature": string | null,
"short_description": string | null,
"slug": string,
"subject_id": string | null,
"thumbnail_url": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "courses"
        isOneToOne: true
        isSetofReturn: false
      } },
"publish_formation":
{ Args: { "formation_id": string }; Returns: {
              "academy_id": string,
"archived_at": string | null,
"created_at": string,
"description": string | null,
"duration_months": number | null,
"features": (string)[],
"id": string,
"is_active": boolean,
"level": string | null,
"max_students": number | null,
"order_index": number,
"prerequisites": (string)[],
"self_paced": boolean,
"slug": string,
"subtitle": string | null,
"thumbnail_url": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "formations"
        isOneToOne: true
        isSetofReturn: false
      } },
"publish_lesson":
{ Args: { "lesson_id": string }; Returns: {
              "academy_id": string,
"course_id": string,
"created_at": string,
"description": string | null,
"duration_minutes": number | null,
"id": string,
"is_free": boolean,
"is_published": boolean,
"lesson_number": number,
"release_day_offset": number,
"slug": string | null,
"title": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "lessons"
        isOneToOne: true
        isSetofReturn: false
      } },
"refund_order":
{ Args: { "amount"?: number,"line_id"?: string,"note"?: string,"order_id": string,"reason"?: string,"request_key": string,"revoke_access"?: boolean }; Returns: {
              "academy_id": string,
"amount": number,
"asked_at": string | null,
"buried_at": string | null,
"created_at": string,
"currency": string,
"failure_code": string | null,
"failure_message": string | null,
"id": string,
"idempotency_key": string,
"note": string | null,
"order_line_id": string | null,
"payment_id": string,
"payment_intent_id": string,
"provider_account_id": string,
"provider_refund_id": string | null,
"reason": string,
"request_key": string | null,
"requested_by": string | null,
"revoke_access": boolean,
"settled_at": string | null,
"status": string,
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "refunds"
        isOneToOne: false
        isSetofReturn: true
      } },
"reinstate_member":
{ Args: { "academy_id": string,"member_id": string }; Returns: {
              "academy_id": string,
"created_at": string,
"directory_opt_out": boolean,
"joined_at": string | null,
"listed": boolean,
"status": string,
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "members"
        isOneToOne: true
        isSetofReturn: false
      } },
"release_seat":
{ Args: { "seat_id": string }; Returns: {
              "academy_id": string,
"created_at": string,
"email": string | null,
"garage_id": string,
"id": string,
"released_at": string | null,
"student_id": string | null,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "garage_seats"
        isOneToOne: true
        isSetofReturn: false
      } },
"remove_member":
{ Args: { "academy_id": string,"member_id": string }; Returns: {
              "academy_id": string,
"created_at": string,
"directory_opt_out": boolean,
"joined_at": string | null,
"listed": boolean,
"status": string,
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "members"
        isOneToOne: true
        isSetofReturn: false
      } },
"reorder_lessons":
{ Args: { "course_id": string,"lesson_ids": (string)[] }; Returns: {
              "academy_id": string,
"course_id": string,
"created_at": string,
"description": string | null,
"duration_minutes": number | null,
"id": string,
"is_free": boolean,
"is_published": boolean,
"lesson_number": number,
"release_day_offset": number,
"slug": string | null,
"title": string,
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "lessons"
        isOneToOne: false
        isSetofReturn: true
      } },
"reorder_modules":
{ Args: { "formation_id": string,"module_ids": (string)[] }; Returns: {
              "academy_id": string,
"content_type": string,
"course_id": string | null,
"created_at": string,
"description": string | null,
"duration_hours": number | null,
"formation_id": string,
"id": string,
"is_mandatory": boolean,
"order_index": number,
"title": string,
"updated_at": string
            }[]
                          SetofOptions: {
        from: "*"
        to: "modules"
        isOneToOne: false
        isSetofReturn: true
      } },
"revoke_invitation":
{ Args: { "invitation_id": string }; Returns: undefined
                           },
"revoke_role":
{ Args: { "academy_id": string,"member_id": string,"role": Database["public"]['Enums']["member_role"] }; Returns: undefined
                           },
"schedule_task":
{ Args: { "academy_id": string,"parameters"?: Json,"scheduled_for"?: string,"target_id": string,"task_type": string }; Returns: {
              "academy_id": string,
"attempts": number,
"created_at": string,
"created_by": string | null,
"dedupe_key": string | null,
"enrollment_id": string | null,
"finished_at": string | null,
"id": string,
"member_id": string | null,
"parameters": NonNullable<Json>,
"queued_at": string | null,
"result": Json | null,
"scheduled_for": string,
"started_at": string | null,
"status": string,
"target_id": string,
"task_type": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "automated_tasks"
        isOneToOne: true
        isSetofReturn: false
      } },
"search_catalogue":
{ Args: { "academy_slug"?: string,"query": string,"result_limit"?: number }; Returns: {
              "academy_id": string,"excerpt": string,"id": string,"kind": string,"rank": number,"title": string
            }[]
                           },
"seats_left":
{ Args: { "": Database["public"]['Tables']["cohorts"]['Row'] }; Returns: { error: true } & "the function public.seats_left with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"set_birth_date":
{ Args: { "academy_id": string,"birth_date": string,"member_id": string }; Returns: undefined
                           },
"set_guardianship":
{ Args: { "academy_id": string,"parent_id": string,"scopes": (string)[],"student_id": string }; Returns: {
              "academy_id": string,
"created_at": string,
"ends_on": string | null,
"parent_id": string,
"scopes": (string)[],
"student_id": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "guardianships"
        isOneToOne: true
        isSetofReturn: false
      } },
"set_lesson_content":
{ Args: { "attachments"?: Json,"content"?: string,"lesson_id": string,"video_url"?: string }; Returns: {
              "academy_id": string,
"attachments": NonNullable<Json>,
"content": string | null,
"created_at": string,
"lesson_id": string,
"updated_at": string,
"video_url": string | null
            }
                          SetofOptions: {
        from: "*"
        to: "lesson_contents"
        isOneToOne: true
        isSetofReturn: false
      } },
"set_module_content":
{ Args: { "attachments"?: Json,"content"?: string,"content_url"?: string,"module_id": string }; Returns: {
              "academy_id": string,
"attachments": NonNullable<Json>,
"content": string | null,
"content_url": string | null,
"created_at": string,
"module_id": string,
"updated_at": string
            }
                          SetofOptions: {
        from: "*"
        to: "module_contents"
        isOneToOne: true
        isSetofReturn: false
      } },
"subscribe_again":
{ Args: { "academy_id": string }; Returns: undefined
                           },
"suppress_address":
{ Args: { "academy_id": string,"email": string }; Returns: string
                           },
"suspend_member":
{ Args: { "academy_id": string,"member_id": string }; Returns: {
              "academy_id": string,
"created_at": string,
"directory_opt_out": boolean,
"joined_at": string | null,
"listed": boolean,
"status": string,
"updated_at": string,
"user_id": string
            }
                          SetofOptions: {
        from: "*"
        to: "members"
        isOneToOne: true
        isSetofReturn: false
      } },
"user_id":
{ Args: { "": Database["public"]['Tables']["enrollments"]['Row'] }; Returns: { error: true } & "the function public.user_id with parameter or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache"
                           },
"verify_coach":
{ Args: { "academy_id": string,"member_id": string,"verified"?: boolean }; Returns: {
              "academy_id": string,
"available_in_person": boolean,
"available_online": boolean,
"bio": string | null,
"created_at": string,
"pseudonym": string | null,
"subjects": (string)[],
"updated_at": string,
"user_id": string,
"verified": boolean
            }
                          SetofOptions: {
        from: "*"
        to: "coach_profiles"
        isOneToOne: true
        isSetofReturn: false
      } },
"verify_garage":
{ Args: { "academy_id": string,"member_id": string,"verified"?: boolean }; Returns: {
              "academy_id": string,
"address": string | null,
"city": string | null,
"company_name": string,
"created_at": string,
"postal_code": string | null,
"siret": string | null,
"specializations": (string)[],
"team_size": number | null,
"updated_at": string,
"user_id": string,
"verified": boolean
            }
                          SetofOptions: {
        from: "*"
        to: "garage_profiles"
        isOneToOne: true
        isSetofReturn: false
      } }
          }
          Enums: {
            "member_role": "student"|"parent"|"coach"|"assistant"|"garage"|"admin"
          }
          CompositeTypes: {
            [_ in never]: never
          }
        },"worker": {
          Tables: {
            [_ in never]: never
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "checkout_attempt":
{ Args: { "cancel_url": string,"order_id": string,"success_url": string,"user_id": string }; Returns: Json
                           },
"dead_letter":
{ Args: { "id": number }; Returns: Json
                           },
"dead_letters":
{ Args: { "after_id"?: number,"most"?: number,"queue"?: string }; Returns: {
              "attempts": number,"code": string,"died_at": string,"enqueued_at": string,"id": number,"message": string,"msg_id": number,"queue": string
            }[]
                           },
"email_failed":
{ Args: { "code": string,"email_id": string,"message": string,"permanent": boolean }; Returns: undefined
                           },
"email_sent":
{ Args: { "account_id"?: string,"email_id": string,"provider": string,"provider_message_id": string }; Returns: undefined
                           },
"email_to_send":
{ Args: { "email_id": string }; Returns: Json
                           },
"extend":
{ Args: { "lease_seconds"?: number,"leases": Json,"queue": string }; Returns: Json
                           },
"fail_attempt":
{ Args: { "attempt_id": string,"code": string,"message": string }; Returns: undefined
                           },
"fail_refund":
{ Args: { "code": string,"message": string,"refund_id": string }; Returns: undefined
                           },
"finish_reconciliation":
{ Args: { "reconciliation_id": string,"try": number }; Returns: Json
                           },
"give_up_refund":
{ Args: { "refund_id": string }; Returns: undefined
                           },
"intent_attempt":
{ Args: { "order_id": string,"user_id": string }; Returns: Json
                           },
"invoice_made":
{ Args: { "invoice_id": string,"sha256": string,"size_bytes": number }; Returns: boolean
                           },
"invoice_to_make":
{ Args: { "invoice_id": string }; Returns: Json
                           },
"pause_schedule":
{ Args: { "name": string }; Returns: Json
                           },
"payment_progress":
{ Args: { "order_id": string,"user_id": string }; Returns: Json
                           },
"plan_reconciliations":
{ Args: { "due_at": string }; Returns: number
                           },
"production_facts":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"provider_account":
{ Args: { "slug": string }; Returns: Json
                           },
"purge_dead_letters":
{ Args: { "code"?: string,"ids"?: (number)[],"queue": string,"up_to_id"?: number }; Returns: number
                           },
"queue_auth_mails":
{ Args: { "account_id": string,"host": string,"mails": Json,"webhook_id": string }; Returns: number
                           },
"queue_depths":
{ Args: Record<PropertyKey, never>; Returns: {
              "dead": number,"delayed": number,"depth": number,"in_flight": number,"oldest_seconds": number,"priority": number,"queue": string,"ready": number,"retrying": number,"sent": number
            }[]
                           },
"receive_email_events":
{ Args: { "account": string,"events": Json }; Returns: Json
                           },
"receive_webhook":
{ Args: { "account": string,"body": string,"event_id": string,"event_type": string }; Returns: Json
                           },
"reconciliation_differences":
{ Args: { "account"?: string,"after_id"?: number,"is_open"?: boolean,"most"?: number }; Returns: Json
                           },
"reconciliation_doubts":
{ Args: { "reconciliation_id": string,"try": number }; Returns: Json
                           },
"reconciliations":
{ Args: { "account"?: string,"most"?: number }; Returns: Json
                           },
"record_checkout":
{ Args: { "attempt_id": string,"expires_at": string,"session_id": string,"url": string }; Returns: undefined
                           },
"record_customer":
{ Args: { "account_id": string,"customer_id": string,"user_id": string }; Returns: string
                           },
"record_intent":
{ Args: { "attempt_id": string,"intent_id": string }; Returns: undefined
                           },
"record_refund":
{ Args: { "refund": Json,"refund_id": string }; Returns: Json
                           },
"refund_to_make":
{ Args: { "refund_id": string }; Returns: Json
                           },
"renew_refund_key":
{ Args: { "refund_id": string }; Returns: undefined
                           },
"replay_dead_letters":
{ Args: { "code"?: string,"ids"?: (number)[],"queue": string,"up_to_id"?: number }; Returns: number
                           },
"request_reconciliations":
{ Args: { "account"?: string,"first_day": string,"last_day": string }; Returns: Json
                           },
"resume_schedule":
{ Args: { "name": string }; Returns: Json
                           },
"run_schedule":
{ Args: { "name": string }; Returns: Json
                           },
"schedules":
{ Args: Record<PropertyKey, never>; Returns: unknown[]
                          SetofOptions: {
        from: "*"
        to: "schedules"
        isOneToOne: false
        isSetofReturn: true
      } },
"send_reminder":
{ Args: { "task_id": string }; Returns: Json
                           },
"settle":
{ Args: { "claim"?: number,"done"?: Json,"failed"?: Json,"idle"?: boolean,"lease_seconds"?: number,"queue": string,"worker"?: string }; Returns: Json
                           },
"settle_checkout":
{ Args: { "session": Json,"webhook_event_id": string }; Returns: Json
                           },
"settle_dispute":
{ Args: { "dispute": Json,"webhook_event_id": string }; Returns: Json
                           },
"settle_intent":
{ Args: { "intent": Json,"webhook_event_id": string }; Returns: Json
                           },
"settle_refunds":
{ Args: { "refunds": Json,"webhook_event_id": string }; Returns: Json
                           },
"settle_swept":
{ Args: { "attempt_id": string,"object": Json }; Returns: Json
                           },
"skip_webhook":
{ Args: { "reason": string,"webhook_event_id": string }; Returns: undefined
                           },
"stage_objects":
{ Args: { "objects": Json,"reconciliation_id": string,"try": number }; Returns: number
                           },
"start_reconciliation":
{ Args: { "reconciliation_id": string }; Returns: Json
                           },
"sweep_payments":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"sweep_refunds":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"swept_attempt":
{ Args: { "attempt_id": string }; Returns: Json
                           },
"task_to_run":
{ Args: { "task_id": string }; Returns: Json
                           },
"unsubscribe":
{ Args: { "token": string }; Returns: string
                           },
"unsubscribe_locales":
{ Args: { "token": string }; Returns: Json
                           },
"webhook_event":
{ Args: { "id": string }; Returns: Json
                           }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            "member_role": ["student", "parent", "coach", "assistant", "garage", "admin"]
          }
        },"worker": {
          Enums: {
            
          }
        }
} as const
