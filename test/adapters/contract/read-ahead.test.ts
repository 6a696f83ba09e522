import { describe, expect, it } from 'vitest';
import { readAhead } from '../../../adapters/contract/read-ahead.ts';

class Source {
  readonly asked: number[] = [];
  closed = false;

  async *numbers(failsAt = 4): AsyncGenerator<number> {
    try {
      for (let number = 1; number <= 3; number += 1) {
        this.asked.push(number);
        if (number === failsAt) throw new Error('broken');
        yield number;
      }
    } finally {
      this.closed = true;
    }
  }
}

describe('reading ahead', () => {
  it('has one more fetched than is used', async () => {
    const source = new Source();
    const seen: [used: number, asked: number][] = [];
    for await (const number of readAhead(source.numbers())) {
      await Promise.resolve();
      seen.push([number, source.asked.length]);
    }
    expect(seen).toEqual([
      [1, 2],
      [2, 3],
      [3, 3],
    ]);
    expect(source.closed).toBe(true);
  });

  it('fails where the source fails, after what came before', async () => {
    const used: number[] = [];
    const run = (async () => {
      for await (const number of readAhead(new Source().numbers(3))) used.push(number);
    })();
    await expect(run).rejects.toThrow('broken');
    expect(used).toEqual([1, 2]);
  });

  it('closes the source when nobody reads on, also where the next one fails', async () => {
    for (const failsAt of [2, 4]) {
      const source = new Source();
      for await (const _ of readAhead(source.numbers(failsAt))) break;
      expect(source.closed).toBe(true);
    }
  });
});
