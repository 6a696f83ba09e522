/** Pages that decide and run things; their script is asked for when one of them is opened, or when nothing else is. */
export const offices = ['waivers', 'attestations', 'scans', 'audit', 'tokens'] as const;
export type OfficeName = (typeof offices)[number];

export const loadOffice = () => import('./office.tsx');
