import { Attestations } from './attestations/attestations.tsx';
import { Audit } from './audit.tsx';
import type { OfficeName } from './offices.ts';
import { Scan } from './scan.tsx';
import { Scans } from './scans.tsx';
import { Tokens } from './tokens.tsx';
import { Waiver } from './waivers/waiver.tsx';
import { Waivers } from './waivers/waivers.tsx';

export function Office({ name, id }: { name: OfficeName; id: string | undefined }) {
  if (name === 'waivers') return id === undefined ? <Waivers /> : <Waiver key={id} id={id} />;
  if (name === 'scans') return id === undefined ? <Scans /> : <Scan key={id} id={id} />;
  if (name === 'attestations') return <Attestations />;
  return name === 'audit' ? <Audit /> : <Tokens />;
}
