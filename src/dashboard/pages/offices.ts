/** Pages that decide and run things: `office.tsx` holds them in a script of their own. */
export const offices = ['waivers', 'attestations', 'scans', 'audit', 'tokens'] as const;
export type OfficeName = (typeof offices)[number];
