const firstMs = 1_000;
const longestMs = 300_000;
const longestAskedMs = 3_600_000;

/**
 * Milliseconds until the next try: doubled with each failure up to 5 minutes, between half and whole of it so that
 * several senders do not meet; not earlier than the receiver asks, up to an hour.
 * @param attempts failed ones in a row, at least 1
 * @param random 0 to 1
 */
export function backoff(attempts: number, retryAfter: number | null, random: number): number {
  const whole = Math.min(firstMs * 2 ** Math.min(attempts - 1, 20), longestMs);
  const asked = Math.min(retryAfter ?? 0, longestAskedMs);
  return Math.round(Math.max(whole * (0.5 + random / 2), asked));
}

/** Header Retry-After: seconds, or a date. Milliseconds; null where it says nothing. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(date) ? Math.max(date - now, 0) : null;
}
