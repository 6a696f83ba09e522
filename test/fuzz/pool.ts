/** Names that answers gave and that later calls use. */
export class Pool {
  readonly #known = new Map<string, string[]>();

  add(name: string, value: unknown): void {
    if (typeof value !== 'string' || value === '') return;
    const list = this.#known.get(name) ?? [];
    if (list.includes(value)) return;
    list.push(value);
    if (list.length > 60) list.splice(Math.floor(list.length / 2), 1);
    this.#known.set(name, list);
  }

  of(name: string): readonly string[] {
    return this.#known.get(name) ?? [];
  }

  /** @param path of the operation: whose `id` it is */
  harvest(path: string, value: unknown): void {
    if (Array.isArray(value)) for (const each of value.slice(0, 20)) this.harvest(path, each);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, each] of Object.entries(value)) {
      if (key === 'uid') this.add('uid', each);
      if (key === 'ref') this.add('room', each);
      if (key === 'id' && /\/rooms/.test(path)) this.add('room', each);
      if (key === 'id') this.add(ofPath(path), each);
      if (key === 'scan' || key === 'last_scan') this.add('scan', each);
      if (/cursor$/.test(key)) this.add('after', each);
      this.harvest(path, each);
    }
  }
}

const ofPath = (path: string): string =>
  /\/api\/v1\/(waiver|attestation|token|polic|receiver|scan)/.exec(path)?.[1]?.replace('polic', 'policy') ??
  'id';
