import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { onKey } from '../../keys.ts';

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** One tab stop for a whole table: arrows, or j and k, move among what `data-stop` marks. */
export function useRoving<T extends HTMLElement>() {
  const root = useRef<T>(null);
  useLayoutEffect(() => {
    const rows = (): HTMLElement[][] =>
      [...(root.current?.querySelectorAll('tr') ?? [])]
        .map((row) => [...row.querySelectorAll<HTMLElement>('[data-stop]')])
        .filter((row) => row.length > 0);
    const settle = (chosen?: HTMLElement): void => {
      const all = rows().flat();
      const one = chosen ?? all.find((each) => each.tabIndex === 0) ?? all[0];
      for (const each of all) each.tabIndex = each === one ? 0 : -1;
    };
    const move = (down: number, right: number): boolean => {
      const table = rows();
      const at = table.findIndex((row) => row.includes(document.activeElement as HTMLElement));
      if (at < 0) {
        const first = table.flat().find((each) => each.tabIndex === 0);
        first?.focus();
        return first !== undefined;
      }
      const column = table[at]?.indexOf(document.activeElement as HTMLElement) ?? 0;
      const row = table[Math.min(Math.max(0, at + down), table.length - 1)] ?? [];
      const next = row[Math.min(Math.max(0, column + right), row.length - 1)];
      settle(next);
      next?.focus();
      return next !== undefined;
    };
    const onArrow = (event: KeyboardEvent): void => {
      const step = moves[event.key];
      if (step === undefined || !root.current?.contains(document.activeElement)) return;
      if ((event.target as Element).matches('select, input:not([type=checkbox])')) return;
      if (move(...step)) event.preventDefault();
    };
    const onFocus = (event: FocusEvent): void => {
      const stop = (event.target as Element).closest<HTMLElement>('[data-stop]');
      if (stop !== null) settle(stop);
    };
    const table = root.current;
    settle();
    table?.addEventListener('keydown', onArrow);
    table?.addEventListener('focusin', onFocus);
    const back = [onKey('j', () => move(1, 0)), onKey('k', () => move(-1, 0))];
    return () => {
      table?.removeEventListener('keydown', onArrow);
      table?.removeEventListener('focusin', onFocus);
      for (const each of back) each();
    };
  });
  return root;
}

/** Which of several are folded or open, and what turns one over. */
export function useTurned(): [turned: ReadonlySet<string>, turn: (id: string) => void] {
  const [turned, set] = useState<ReadonlySet<string>>(new Set());
  const turn = (id: string): void => {
    const next = new Set(turned);
    if (!next.delete(id)) next.add(id);
    set(next);
  };
  return [turned, turn];
}
