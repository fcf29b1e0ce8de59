// Every metric of `/metrics`. docs/operations.md has the same table for operators, and a test compares them with what a
// server says. Label values are words of ours (an endpoint's pattern, the name of a limit), so the series are bounded.

interface Described<Label extends string> {
  readonly help: string;
  readonly labels: readonly Label[];
}

const described = <Label extends string = never>(help: string, ...labels: readonly Label[]): Described<Label> => ({
  help,
  labels,
});

export const counters = {
  postern_http_requests_total: described("Requests by endpoint, method and status.", "endpoint", "method", "status"),
  postern_tokens_issued_total: described("Token responses by grant type.", "grant_type"),
  postern_token_errors_total: described("Refused token requests by grant type and error code.", "grant_type", "error"),
  postern_introspections_total: described("Introspections by answer.", "active"),
  postern_sign_ins_total: described("Sign-ins by the factor that was shown last, and by result.", "factor", "result"),
  postern_verifier_calls_total: described(
    "Questions to the verifier of the host's own users, by what was checked and by result.",
    "check",
    "result",
  ),
  postern_device_decisions_total: described("Device requests decided by a person, by decision.", "decision"),
  postern_registrations_total: described("Dynamic registrations by result.", "result"),
  postern_backups_total: described("Backups that the server made by itself, by result.", "result"),
  postern_throttled_total: described("Requests that were told to come back later, by the limit.", "limit"),
  postern_server_errors_total: described("Requests that failed for a fault of the server.", "error"),
  postern_worker_restarts_total: described(
    "Workers (POSTERN_WORKERS) that were replaced, by why they had ended.",
    "reason",
  ),
  postern_trace_spans_total: described("Spans for the OpenTelemetry collector, by whether they got there.", "result"),
} as const;

/** Upper bounds in seconds. */
const buckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5] as const;

export const histograms = {
  postern_http_request_duration_seconds: {
    ...described("Time until a request was answered, by endpoint and method.", "endpoint", "method"),
    buckets,
  },
  postern_database_commit_duration_seconds: { ...described("Time for a commit to be on disk."), buckets },
} as const;

export const gauges = {
  postern_build_info: described("Always 1.", "version", "runtime"),
  postern_uptime_seconds: described("Seconds since the start."),
  postern_workers: described("Processes that issue and check tokens (POSTERN_WORKERS)."),
  process_resident_memory_bytes: described("Resident memory, that of workers included."),
  postern_database_bytes: described("Size of the database and its write-ahead log."),
  postern_database_wal_bytes: described("Size of the write-ahead log alone."),
  postern_database_limit_bytes: described("POSTERN_DB_MAX_SIZE: what the database may grow to, without its log."),
  postern_write_queue_length: described("Writes that wait to be on disk."),
  postern_live_grants: described("Grants of people that have neither ended nor expired, at most a minute ago."),
  postern_live_sessions: described("Sessions that have not ended, at most a minute ago."),
  postern_signing_key_age_seconds: described("Age of the signing key in use, the oldest where there are several."),
  postern_sealing_key_age_seconds: described("Age of the sealing key in use."),
  postern_derivation_key_age_seconds: described("Age of the derivation key in use."),
  // A counter that stands still tells nobody for how long: an alarm compares this with the time.
  postern_last_backup_timestamp_seconds: described("When the server made its newest backup."),
} as const;

export type CounterName = keyof typeof counters;
export type HistogramName = keyof typeof histograms;
export type GaugeName = keyof typeof gauges;

/** A value for each label of the metric. */
export type LabelsOf<Metric> = Metric extends Described<infer Label> ? Readonly<Record<Label, string>> : never;
