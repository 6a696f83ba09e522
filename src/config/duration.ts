import { RoomwardenError } from '../errors.ts';

const secondsPer = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
type Unit = keyof typeof secondsPer;

/**
 * `90s`, `30m`, `24h`, `7d`: one whole number and one unit, in seconds.
 * @throws {RoomwardenError} RW1005
 */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  if (match === null) throw new RoomwardenError('RW1005', { value: text });
  return Number(match[1]) * secondsPer[match[2] as Unit];
}

export function isDuration(text: string): boolean {
  return /^\d{1,9}[smhd]$/.test(text);
}

/** The largest unit that leaves no rest, so that `parseDuration` gives the same number back. */
export function formatDuration(seconds: number): string {
  for (const unit of ['d', 'h', 'm'] as const) {
    if (seconds !== 0 && seconds % secondsPer[unit] === 0) return `${seconds / secondsPer[unit]}${unit}`;
  }
  return `${seconds}s`;
}
