export const day = 86_400_000;
export const now = Date.UTC(2027, 3, 1);
export const ago = (days: number): number => now - days * day;
/** Seconds; no two alike. */
export const retention = {
  events: (90 * day) / 1000,
  resolved: (365 * day) / 1000,
  gone_rooms: (30 * day) / 1000,
  scans: (60 * day) / 1000,
  audit_log: (200 * day) / 1000,
  trends: (700 * day) / 1000,
};
