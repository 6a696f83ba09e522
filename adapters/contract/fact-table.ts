import type { Fact } from './fact.ts';
import { Remembered } from './remembered.ts';
import type { FactName } from './vocabulary.ts';

/** What a fact says of an input: a pure function of what it reads there, as `Remembered` needs it. */
export type Rule<Input> = (input: Input) => Fact;
export type Rules<Input> = Readonly<Partial<Record<FactName, Rule<Input>>>>;

type Facts = Partial<Record<FactName, Fact>>;
type PartOf<Input> = (keyof Input & string) | `${keyof Input & string}.${string}`;

interface Row<Input extends object> {
  name: FactName;
  rule: Remembered<Input, Fact>;
}

/**
 * Facts of many subjects by the same rules. Subjects that say the same where a rule reads get the same fact as one
 * object.
 */
export class FactTable<Input extends object> {
  readonly #rows: readonly Row<Input>[];
  /** The facts of an input but those that are its own. */
  #alike: Remembered<Input, Facts>;
  readonly #parts: readonly PartOf<Input>[];
  /** All names: objects that are copied from one and filled stay quick to read, those that grow name by name do not. */
  readonly #empty: Facts;
  /** Facts that turned out to be another one of many subjects. */
  #own: readonly Row<Input>[] = [];
  #stale = false;

  /**
   * @param parts of an input are read field by field; of anything else the whole value counts
   * @param given names of facts that come ready made
   */
  constructor(rules: Rules<Input>, parts: readonly PartOf<Input>[], given: readonly FactName[] = []) {
    const useless = (): void => {
      this.#stale = true;
    };
    this.#rows = (Object.entries(rules) as [FactName, Rule<Input>][]).map(([name, rule]) => ({
      name,
      rule: new Remembered((input: Input) => unchanging(rule(input)), parts, useless),
    }));
    const names = [...this.#rows.map(({ name }) => name), ...given];
    this.#empty = Object.fromEntries(names.map((name) => [name, undefined])) as Facts;
    this.#parts = parts;
    this.#alike = new Remembered((input) => this.#make(input), parts);
  }

  of(input: Input, given: Facts = {}): Facts {
    if (this.#stale) this.#sort();
    const facts = { ...this.#alike.of(input) };
    for (const { name, rule } of this.#own) facts[name] = rule.of(input);
    for (const name in given) facts[name as FactName] = given[name as FactName] as Fact;
    return facts;
  }

  #sort(): void {
    this.#stale = false;
    this.#own = this.#rows.filter(({ rule }) => rule.useless);
    this.#alike = new Remembered((input) => this.#make(input), this.#parts);
  }

  #make(input: Input): Facts {
    const facts = { ...this.#empty };
    for (const row of this.#rows) if (!this.#own.includes(row)) facts[row.name] = row.rule.of(input);
    return facts;
  }
}

function unchanging(fact: Fact): Fact {
  Object.freeze(fact.evidence);
  return Object.freeze(fact);
}
