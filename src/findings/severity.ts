import { type Severity, severities } from '../policy/types.ts';

export const severityRank = (severity: string): number => severities.indexOf(severity as Severity);
