// Connections of @supabase/lite to the stack's Postgres.
import { createPostgresConnection } from '@supabase/lite/postgres'

const iso = (value) => new Date(value).toISOString()

// Lite hands JSON over as text already; encoding it again would store a string where triggers and
// policies look for an object.
const asText = (value) => (typeof value === 'string' ? value : JSON.stringify(value))

/**
 * A connection as one service's role. Times come back as ISO 8601, which supabase-py insists on;
 * lite hands on Postgres's own spelling.
 */
export function connect(url, name) {
  const connection = createPostgresConnection({
    url,
    postgresOptions: {
      max: 5,
      idle_timeout: 60,
      onnotice: () => {},
      connection: { application_name: name, TimeZone: 'UTC' },
      types: {
        json: { to: 114, from: [114], serialize: asText, parse: JSON.parse },
        jsonb: { to: 3802, from: [3802], serialize: asText, parse: JSON.parse },
        timestamptz: { to: 1184, from: [1184], serialize: (value) => value, parse: iso },
        timestamp: {
          to: 1114,
          from: [1114],
          serialize: (value) => value,
          parse: (value) => iso(`${value}Z`),
        },
      },
    },
  })
  // At its first request lite would grant the API's roles everything in every schema that has row
  // level security, ours included. The bootstrap and the migrations decide that here; "true" means
  // "row level security is on: become the caller's role for each statement".
  connection.ensureRlsContext = async () => true
  return connection
}
