// The generated types as a front end uses them. Each line below an @ts-expect-error must not compile:
// the compiler fails when it does. Compiled by test_typescript.py, never run.
import { createClient } from "@supabase/supabase-js";
import type { Database, Enums, Tables } from "../../supabase/database.types.ts";

const supabase = createClient<Database>("http://127.0.0.1:54321", "key");

const formations = await supabase.from("formations").select("title, modules(title, order_index)");
export const outline: { title: string; modules: { title: string; order_index: number }[] }[] =
  formations.data ?? [];

// @ts-expect-error there is no such column
export const wrong: string[] = (await supabase.from("formations").select("titel")).data!.map((f) => f.titel);

// @ts-expect-error a title is a text
export const number: number[] = (formations.data ?? []).map((f) => f.title);

const order = await supabase.rpc("create_order", { offer_id: "id" });
export const reference: string | undefined = order.data?.reference;

// @ts-expect-error an order is of an offer
await supabase.rpc("create_order", { formation: "id" });

// @ts-expect-error there is no such table
supabase.from("formation");

export const role: Enums<"member_role"> = "coach";
// @ts-expect-error there is no such role
export const nobody: Enums<"member_role"> = "headmaster";

export type Row = Tables<"enrollments">;
export const status = (row: Row): string => row.status;
