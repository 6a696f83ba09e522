import type { Fact } from '../../adapters/contract/fact.ts';
import type { SubjectKind } from '../../adapters/contract/subject.ts';
import { type FactName, factDefinition } from '../../adapters/contract/vocabulary.ts';
import type { FactMap, Judgement, Scope } from '../policy/types.ts';

/** A subject with every judgement that its target's catalogue makes of it. */
export interface Judged {
  kind: SubjectKind;
  id: string;
  name: string | null;
  aliases: readonly string[];
  facts: FactMap;
  scope: Scope;
  judgements: readonly Judgement[];
}

/** The fact that a judgement read under this name. */
export function readFact(scope: Scope, policy: string, name: FactName): Fact | undefined {
  switch (factDefinition(name).level) {
    case 'deployment':
      return scope.deployment[name];
    case 'room':
      return scope.room?.[name];
    case 'recording':
      return scope.recording?.[name];
    case 'inventory':
      return scope.inventory[name];
    case 'attestation':
      return scope.attestations[policy]?.[name];
  }
}

/** A duration that grows by itself with every second: no reason to call anything changed. */
export function growsByItself(name: string): boolean {
  return /(^|[._])age$/.test(name) || name === 'meeting_running_time';
}

export function tagsOf(facts: FactMap): string[] {
  const tags = facts.room_tags;
  if (tags === undefined || !('value' in tags)) return [];
  return typeof tags.value === 'object' && 'items' in tags.value ? tags.value.items : [];
}

/** What a room is called: by its id and aliases, in a waiver that names it; of a recording, the room it was made in. */
export function roomsOf({
  kind,
  id,
  aliases,
  facts,
}: Pick<Judged, 'kind' | 'id' | 'aliases' | 'facts'>): string[] {
  if (kind === 'room') return id === '' ? [] : [id, ...aliases];
  return kind === 'recording' ? roomOfRecording(facts) : [];
}

export function roomOfRecording(facts: FactMap): string[] {
  const fact = facts['recording.room_id'];
  return fact !== undefined && 'value' in fact && typeof fact.value === 'string' ? [fact.value] : [];
}
