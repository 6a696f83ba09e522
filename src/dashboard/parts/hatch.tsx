/** The pattern of what was not seen, for every drawing of the page. */
export function Hatch() {
  return (
    <svg class="defs" aria-hidden="true" width="0" height="0">
      <defs>
        <pattern
          id="hatch"
          width="5.5"
          height="5.5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(135)"
        >
          <rect class="hatchfill" width="5.5" height="5.5" />
          <path class="hatchline" d="M0 0H5.5" />
        </pattern>
      </defs>
    </svg>
  );
}

export interface Share {
  name: string;
  value: number;
}

/** Lengths are attributes, because the page allows no inline style. */
export function Shares({ parts, label }: { parts: readonly Share[]; label: string }) {
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  if (total === 0) return null;
  let from = 0;
  return (
    <svg class="shares" viewBox="0 0 1000 8" preserveAspectRatio="none" role="img" aria-label={label}>
      {parts.map(({ name, value }) => {
        const width = (value / total) * 1000;
        const x = from;
        from += width;
        return value === 0 ? null : (
          <rect key={name} class={`share-${name}`} x={x} y="0.5" width={Math.max(2, width - 2)} height="7" />
        );
      })}
    </svg>
  );
}

/** Ink up to the lower end, hatched up to the upper, empty beyond. */
export function ScoreBar({ low, high }: { low: number; high: number }) {
  return (
    <svg class="scorebar" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true">
      <path class="base" d="M0 4.5H100" />
      <rect class="low" x="0" y="0" width={low * 100} height="5" />
      <rect class="span" x={low * 100} y="0" width={(high - low) * 100} height="5" />
    </svg>
  );
}
