import type { Mark } from '../types.ts';

/** The signs of the page, drawn for black ink as well: shape and word carry what the colour says. */
const shapes: Readonly<Record<Mark, string>> = {
  violation: '<path d="M6 0 12 6 6 12 0 6Z"/><path class="knock" d="M6 2.9v3.7M6 7.9v1.4"/>',
  violation_minor: '<path d="M6 .6 12 11.4H0Z"/><path class="knock" d="M6 4.4v3.1M6 8.7v1.4"/>',
  stale:
    '<rect width="12" height="12" rx="1"/><circle class="knock" cx="6" cy="6" r="4.1"/><path class="knock" d="M6 3.4V6l1.9 1.2"/>',
  unknown:
    '<rect width="12" height="12" rx="1"/><path class="knock" d="M3.9 4.5c0-2.6 4.2-2.5 4.2-.1 0 1.6-2.1 1.5-2.1 3.1M6 8.9v1.4"/>',
  waived: '<circle class="line" cx="6" cy="6" r="5.25"/><path d="M6 .75a5.25 5.25 0 0 0 0 10.5Z"/>',
  pass: '<circle cx="6" cy="6" r="6"/><path class="knock" d="M3 6.2 5.2 8.4 9.1 4"/>',
  not_applicable: '<path class="line" d="M2 6h8"/>',
};

/** Its word stands beside it. */
export function glyph(mark: Mark): string {
  return `<svg class="glyph ${mark}" viewBox="0 0 12 12" aria-hidden="true">${shapes[mark]}</svg>`;
}

const order = ['info', 'low', 'medium', 'high', 'critical'];

/** Four bars of ink, as many filled as it weighs. */
export function weight(severity: string): string {
  const filled = Math.max(0, order.indexOf(severity));
  const bars = [0, 1, 2, 3].map(
    (bar) =>
      `<rect class="${bar < filled ? 'full' : 'rest'}" x="${bar * 3.6}" y="${9 - bar * 3}" width="2.6" height="${3 + bar * 3}"/>`,
  );
  return `<svg class="weight" viewBox="0 0 14 12" aria-hidden="true">${bars.join('')}</svg>`;
}

const wide = 180;

/** Violated black, not seen hatched, met white. */
export function bar({ violation, unseen, met }: { violation: number; unseen: number; met: number }): string {
  // Nothing to judge is not met.
  if (violation + unseen + met === 0) return '–';
  const black = Math.min(wide, violation === 0 ? 0 : Math.max(2, round(violation * wide)));
  const grey = Math.min(wide - black, unseen === 0 ? 0 : Math.max(2, round(unseen * wide)));
  const parts = [
    black === 0 ? '' : `<rect class="ink" width="${black}" height="10"/>`,
    grey === 0 ? '' : `<rect class="hatched" x="${black}" width="${grey}" height="10"/>`,
  ];
  return `<svg class="bar" viewBox="-1 -1 ${wide + 2} 12" preserveAspectRatio="none" aria-hidden="true"><rect class="paper" width="${wide}" height="10"/>${parts.join('')}<rect class="frame" width="${wide}" height="10"/></svg>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Once in a document, for `hatched`. */
export const hatch =
  '<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><path d="M0 0V6" stroke="#7D8590" stroke-width="2.4"/></pattern></defs></svg>';
