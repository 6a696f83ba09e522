export const subjectKinds = ['deployment', 'room', 'recording'] as const;
export type SubjectKind = (typeof subjectKinds)[number];
