import { t0 } from './helper.ts';

/** Every read that answers in JSON. */
export const reads = [
  '/api/v1/violations?verdict=all&status=all',
  '/api/v1/violations?verdict=all&status=all&format=flat',
  '/api/v1/summary',
  '/api/v1/coverage',
  '/api/v1/targets',
  '/api/v1/targets/main',
  '/api/v1/targets/main/rooms?state=all',
  '/api/v1/policies',
  '/api/v1/policies/access',
  '/api/v1/waivers',
  '/api/v1/attestations',
];

const waivers = [
  {
    id: 'file-1',
    policy: 'access',
    target: 'main',
    room: 'shut',
    reason: 'Schulung',
    owner: 'Fachgebiet 12',
    approvedBy: 'Amtsleitung',
    until: t0 + 1,
    origin: { file: '/etc/roomwarden.yaml', line: 7, column: 3 },
  },
  {
    id: 'file-2',
    policy: 'access',
    target: 'other',
    room: 'secret-room',
    reason: 'geheim',
    owner: 'Geheimfach',
    until: t0 + 9e9,
    origin: { file: '/etc/roomwarden.yaml', line: 9, column: 3 },
  },
];
const attestation = (target: string) => ({
  policy: 'record-kept',
  target,
  fields: {
    value: true,
    attested_by: 'Beauftragte Stelle',
    contact_phone: '0361 4711',
    reference: `AZ-${target}`,
  },
  attestedAt: t0 - 1,
  validUntil: t0 + 9e9,
  origin: { file: '/etc/roomwarden.yaml', line: 12, column: 3 },
});
/** Waivers and attestations of both targets. */
export const declared = { waivers, attestations: [attestation('main'), attestation('other')] };
