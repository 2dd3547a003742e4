// Written by `preau functions forwarders`; the function itself is in functions/, in Python.
import { forwarder } from "../_shared/forward.ts";

Deno.serve(forwarder("sendgrid-events"));
