/** Different inputs that are remembered at once. */
const mostInputs = 128;
/** Remembering costs as much as making anew unless so many inputs are alike on average. */
const fewestAlike = 6;

const somePart = Symbol('something is there');

interface Place {
  /** The part that it is a field of, by the way there; none: the input itself. */
  way: readonly string[];
  key: string;
  /** A part whose fields are read: it only counts that it is there. */
  isPart: boolean;
}

/** What is read next, and where each value found there leads to; at the end the result. */
interface Step<T> {
  place: Place | null;
  next: Map<unknown, Step<T>>;
  made: T | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * A pure function that is asked again and again. What it reads of an input is noted while a result is made; another
 * input that says the same there gets the same result, so nobody has to name what a result rests on. Objects are the
 * same only if they are one: they are not changed, and those that are alike are worth sharing.
 */
export class Remembered<Input extends object, T> {
  readonly #make: (input: Input) => T;
  readonly #parts: readonly string[];
  readonly #onUseless: () => void;
  #first: Step<T> | undefined;
  #inputs = 0;
  #found = 0;
  #useless = false;

  /**
   * @param parts of an input that are read field by field (`room`, `room.stored`); of anything else the whole value counts
   * @param onUseless too few inputs were alike: nothing is remembered from now on
   */
  constructor(make: (input: Input) => T, parts: readonly string[] = [], onUseless = () => {}) {
    this.#make = make;
    this.#parts = parts;
    this.#onUseless = onUseless;
  }

  get useless(): boolean {
    return this.#useless;
  }

  of(input: Input): T {
    if (this.#useless) return this.#make(input);
    let step = this.#first;
    while (step !== undefined) {
      if (step.place === null) {
        this.#found += 1;
        return step.made as T;
      }
      step = step.next.get(valueAt(input as Fields, step.place));
    }
    return this.#remember(input);
  }

  forget(): void {
    this.#first = undefined;
    this.#inputs = 0;
    this.#found = 0;
  }

  #remember(input: Input): T {
    if (this.#inputs >= mostInputs) {
      this.#useless = this.#found < this.#inputs * fewestAlike;
      this.forget();
      if (this.#useless) this.#onUseless();
      if (this.#useless) return this.#make(input);
    }
    const watch = new Watch(input as Fields, this.#parts);
    const made = this.#make(watch.view as Input);
    watch.end();
    this.#keep(watch.read, made);
    return made;
  }

  /** @throws where the function reads one thing now and another then, though it finds the same */
  #keep(read: Watch['read'], made: T): void {
    this.#inputs += 1;
    this.#first ??= emptyStep();
    let step = this.#first;
    for (const { place, value } of read) {
      if (step.place === null && step.made === undefined) step.place = place;
      if (step.place?.key !== place.key || step.place.way.length !== place.way.length)
        throw new Error(`${place.key} is not read each time`);
      let next = step.next.get(value);
      if (next === undefined) {
        next = emptyStep();
        step.next.set(value, next);
      }
      step = next;
    }
    if (step.place !== null) throw new Error(`${step.place.key} is not read each time`);
    step.made = made;
  }
}

function emptyStep<T>(): Step<T> {
  return { place: null, next: new Map(), made: undefined };
}

function valueAt(input: Fields, { way, key, isPart }: Place): unknown {
  let fields = input;
  for (let at = 0; at < way.length; at += 1) fields = fields[way[at] as string] as Fields;
  const value = fields[key];
  return isPart && typeof value === 'object' && value !== null ? somePart : value;
}

/** An input whose readings are noted, in the order of the first ones. It is read field by field, and only while it lasts. */
class Watch {
  readonly read: { place: Place; value: unknown }[] = [];
  readonly view: Fields;
  readonly #parts: readonly string[];
  #over = false;

  constructor(input: Fields, parts: readonly string[]) {
    this.#parts = parts;
    this.view = this.#watched(input, []);
  }

  end(): void {
    this.#over = true;
  }

  #watched(fields: Fields, way: readonly string[]): Fields {
    const known = new Map<string, unknown>();
    const refuse = (): never => {
      throw new Error('an input is read field by field while a result is made, and never changed');
    };
    const look = (key: string): unknown => {
      const value = fields[key];
      const isPart = this.#parts.includes([...way, key].join('.'));
      const inside = isPart && typeof value === 'object' && value !== null;
      this.read.push({ place: { way, key, isPart }, value: inside ? somePart : value });
      const found = inside ? this.#watched(value as Fields, [...way, key]) : value;
      known.set(key, found);
      return found;
    };
    const get = (_: unknown, key: string | symbol): unknown => {
      if (typeof key === 'symbol' || this.#over) return refuse();
      const found = known.get(key);
      return found !== undefined || known.has(key) ? found : look(key);
    };
    return new Proxy<Record<string, unknown>>(
      {},
      {
        get,
        has: refuse,
        ownKeys: refuse,
        getOwnPropertyDescriptor: refuse,
        set: refuse,
        defineProperty: refuse,
        deleteProperty: refuse,
      },
    );
  }
}
