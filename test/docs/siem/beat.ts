/**
 * What Filebeat does with events that an input published: they are acknowledged in order, with each the state that
 * went with it is kept; a crash loses what was published and not acknowledged.
 */
export class Registry {
  /** Documents in the order in which they were indexed. */
  readonly documents: Record<string, unknown>[] = [];
  #state: Record<string, string> | null = null;
  /** Acknowledgements until the process dies; null: it lives. */
  crashAfter: number | null = null;

  /** @throws {Crash} */
  publish(document: Record<string, unknown>, state: Record<string, string> | null): void {
    if (this.crashAfter === 0) {
      this.crashAfter = null;
      throw new Crash();
    }
    if (this.crashAfter !== null) this.crashAfter -= 1;
    this.documents.push(document);
    if (state !== null) this.#state = structuredClone(state);
  }

  load(): Record<string, string> {
    return structuredClone(this.#state ?? {});
  }
}

export class Crash extends Error {}

export interface Processor {
  decode_json_fields?: { fields: string[]; target: string; overwrite_keys: boolean };
  fingerprint?: { fields: string[]; target_field: string; ignore_missing: boolean };
}

/** Runs the processors of the file over one document. */
export function processed(
  processors: readonly Processor[],
  document: Record<string, unknown>,
): Record<string, unknown> {
  let current = { ...document };
  for (const processor of processors) {
    const { decode_json_fields: decode, fingerprint } = processor;
    if (decode !== undefined) {
      for (const field of decode.fields) {
        const decoded = JSON.parse(String(current[field])) as Record<string, unknown>;
        if (decode.target !== '' || !decode.overwrite_keys) throw new Error('only the root is written here');
        current = { ...current, ...decoded };
      }
    } else if (fingerprint !== undefined) {
      const values = fingerprint.fields.map((field) => inside(current, field));
      if (values.some((value) => value === undefined)) continue;
      current = { ...current, [fingerprint.target_field]: `hash of ${values.join('|')}` };
    } else throw new Error(`unknown processor ${Object.keys(processor).join()}`);
  }
  return current;
}

export function inside(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}
