import { factDefinition, isFactName } from '../../adapters/contract/vocabulary.ts';
import type { ConfiguredTarget } from '../config/types.ts';
import { describeFill, reasonTexts } from '../findings/reasonTexts.ts';
import type { NativeFinding } from '../findings/types.ts';
import type { Bilingual, Severity } from '../policy/types.ts';
import { type Language, text } from '../texts/index.ts';
import { Format, foreign } from './format.ts';
import type { Hole } from './holes.ts';
import type { MatrixTarget } from './matrix/types.ts';
import type { ReportState } from './state.ts';
import type { Asked, Cell, Column, Document, Mark, ReportKind, Table, Weighed } from './types.ts';
import { say, type Word, words } from './words.ts';

const vendorNames: Readonly<Record<string, string>> = {
  bigbluebutton: 'BigBlueButton',
  jitsi: 'Jitsi Meet',
  'nextcloud-talk': 'Nextcloud Talk',
  rocketchat: 'Rocket.Chat',
};

type SayRest<Key extends Word> = Parameters<typeof say<Key>> extends [Language, Key, ...infer R] ? R : never;

/** Puts what is known into one language. */
export class Writer {
  readonly language: Language;
  readonly format: Format;
  readonly state: ReportState;
  readonly asked: Asked;

  constructor(state: ReportState, asked: Asked) {
    this.language = asked.language;
    this.format = new Format(asked.language, state.deps.config.timezone);
    this.state = state;
    this.asked = asked;
  }

  say<Key extends Word>(key: Key, ...rest: SayRest<Key>): string {
    return (say as (language: Language, key: Word, params?: object) => string)(
      this.language,
      key,
      rest[0] as object | undefined,
    );
  }

  /** The sentence for one, or for so many. */
  count(key: Extract<Word, `${string}_1`> extends `${infer Base}_1` ? Base : never, n: number): string {
    if (n === 1) return words[`${key}_1`][this.language];
    return (say as (language: Language, key: Word, params?: object) => string)(this.language, key, {
      n: this.n(n),
    });
  }

  n(value: number): string {
    return this.format.number(value);
  }

  of(both: Bilingual): string {
    return both[this.language];
  }

  foreign(name: string): Cell {
    return { name: foreign(name, this.language) };
  }

  severity(severity: Severity): Weighed {
    return { severity, text: text(this.language, `severity.${severity}`) };
  }

  mark(mark: Mark): { mark: Mark; text: string } {
    const word: Record<Mark, Word> = {
      violation: 'col_violation',
      violation_minor: 'col_violation',
      stale: 'mark_stale',
      unknown: 'col_unseen',
      waived: 'col_waived',
      pass: 'col_met',
      not_applicable: 'col_na',
    };
    return { mark, text: words[word[mark]][this.language] };
  }

  vendor({ vendor, product }: Pick<MatrixTarget, 'vendor' | 'product'>): string {
    return product ?? vendorNames[vendor] ?? vendor;
  }

  vendorOf(target: ConfiguredTarget): string {
    const { product } = target.settings as Record<string, unknown>;
    return this.vendor({ vendor: target.vendor, product: typeof product === 'string' ? product : null });
  }

  /** Of a policy that is no longer in the catalogue: its id. */
  title(policy: string): string {
    return this.state.deps.catalogue.policyById.get(policy)?.texts[this.language].title ?? policy;
  }

  version(policy: string): number | null {
    return this.state.deps.catalogue.policyById.get(policy)?.version ?? null;
  }

  meaning(fact: string): string {
    return isFactName(fact) ? factDefinition(fact)[this.language].replace(/\.$/, '') : fact;
  }

  /** Why something was not seen. */
  reasons({ reasons }: Pick<Hole, 'reasons'>): string {
    const texts = [...new Set(reasons.map(({ code }) => reasonTexts[code][this.language]))];
    return texts.join('; ');
  }

  /** What would show it; null where nothing would. */
  fills({ reasons }: Pick<Hole, 'reasons'>): string | null {
    const texts = reasons.flatMap(({ fill }) => (fill === null ? [] : describeFill(fill)[this.language]));
    return texts.length === 0 ? null : [...new Set(texts)].join('; ');
  }

  subject({ subject, affected }: Pick<NativeFinding, 'subject' | 'affected'>): Cell {
    const kind = text(this.language, `kind.${subject.kind}`);
    if (affected !== undefined)
      return `${this.n(affected)} × ${text(this.language, `kinds.${subject.kind}`)}`;
    if (subject.kind === 'deployment') return this.say('system_itself');
    const key = subject.id ?? subject.ref ?? '';
    const code: Cell = subject.id === undefined ? { code: key } : this.foreignCode(key);
    return subject.name === null ? [kind, code] : [this.foreign(subject.name), code];
  }

  foreignCode(key: string): Cell {
    return { code: foreign(key, this.language) };
  }

  /** A value of a fact as a person reads it. */
  value(value: unknown, type?: string): string {
    if (typeof value === 'boolean') return this.say(value ? 'yes' : 'no');
    if (value === null || value === undefined) return this.say('none');
    if (value === 'unlimited') return this.say('unlimited');
    if (typeof value === 'number') {
      const lasts = type === 'duration' || type === 'retention';
      return lasts ? this.format.duration(value) : this.n(value);
    }
    if (Array.isArray(value)) return value.map((each) => this.value(each)).join(', ') || this.say('empty');
    if (typeof value === 'object') return this.#structure(value as Record<string, unknown>, type);
    return foreign(String(value), this.language);
  }

  #structure(value: Record<string, unknown>, type: string | undefined): string {
    const { items, complete, bound } = value;
    if (Array.isArray(items)) {
      const known = this.value(items);
      return complete === false ? `${known} (${this.say('incomplete')})` : known;
    }
    if ('value' in value) {
      const sign = bound === 'at_least' ? '≥ ' : bound === 'at_most' ? '≤ ' : '';
      return sign + this.value(value['value'], type);
    }
    return foreign(JSON.stringify(value), this.language);
  }

  factValue(fact: string, value: unknown): string {
    return this.value(value, isFactName(fact) ? factDefinition(fact).type : undefined);
  }

  time(at: number | string | null): string {
    return at === null ? '–' : this.format.time(at);
  }

  column(id: string, title: Word, align: Column['align'] = 'start', more: Partial<Column> = {}): Column {
    return { id, title: words[title][this.language], align, ...more };
  }

  table(id: string, title: Word, rest: Omit<Table, 'type' | 'id' | 'title'>): Table {
    return { type: 'table', id, title: words[title][this.language], ...rest };
  }

  /** "12 systems, 1,813 rooms". */
  extent(): string {
    const { targets } = this.state;
    const rooms = targets.reduce((sum, target) => sum + (target.rooms ?? 0), 0);
    return `${this.count('targets', targets.length)}, ${this.count('rooms', rooms)}`;
  }

  /** Versions of all policies in one sentence. */
  versions(): string {
    const { policies } = this.state.standing.ruleset;
    const usual = new Map<number, number>();
    for (const { version } of policies) usual.set(version, (usual.get(version) ?? 0) + 1);
    const [v = 1] = [...usual].sort(([a, n], [b, m]) => m - n || a - b)[0] ?? [];
    const others = policies
      .filter(({ version }) => version !== v)
      .map(({ id, version }) => `${id} ${version}`);
    const all = this.n(policies.length);
    if (others.length === 0) return this.say('versions_same', { n: all, v });
    return this.say('versions', { n: all, v, others: others.join(', ') });
  }

  document(kind: ReportKind, title: string, scope: string, blocks: Document['blocks']): Document {
    const { language, audience } = this.asked;
    return {
      schema: 'roomwarden.document/1',
      kind,
      language,
      title,
      scope,
      audience,
      state: this.state.standing,
      blocks,
    };
  }
}
