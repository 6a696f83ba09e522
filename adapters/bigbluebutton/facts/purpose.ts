import { type Evidence, type Fact, type ListValue, notConfigured, type Reason } from '../../contract/fact.ts';
import { notGiven } from '../rows.ts';

const events = notGiven('EV').fill?.name;

/** Events are taken only where the target has a purpose for them: without one, that is the key that is missing first. */
export function withoutPurpose(fact: Fact): Fact {
  if (isHole(fact) && isAboutEvents(fact.unavailable))
    return { evidence: fact.evidence, unavailable: purpose(fact.unavailable) };
  if (isOpenList(fact) && isAboutEvents(fact.value.missing))
    return { evidence: fact.evidence, value: { ...fact.value, missing: purpose(fact.value.missing) } };
  return fact;
}

type Hole = Extract<Fact, { unavailable: Reason }>;
type OpenList = { value: Extract<ListValue, { complete: false }>; evidence: Evidence[] };

const isHole = (fact: Fact): fact is Hole => 'unavailable' in fact;

function isOpenList(fact: Fact): fact is OpenList {
  return 'value' in fact && typeof fact.value === 'object' && 'missing' in fact.value;
}

const isAboutEvents = ({ code, fill }: Reason): boolean => code === 'not_configured' && fill?.name === events;

const purpose = ({ detail }: Reason): Reason => notConfigured('live.purpose', detail);
