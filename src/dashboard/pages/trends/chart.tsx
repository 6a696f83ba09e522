import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { scheme } from '../../scheme.ts';
import { language } from '../../texts/index.ts';

/** One layer of a chart; layers are drawn over each other, so the highest sums come first. */
export interface Layer {
  /** Names a pair of tokens: `<name>-fill` and, for the upper edge, `<name>-mark`. */
  colour: 'pass' | 'unknown' | 'waived' | 'violation' | 'ink';
  hatched?: boolean;
  /** Sums up to here. */
  values: readonly (number | null)[];
}

interface ChartProps {
  /** YYYY-MM-DD, without gaps. */
  days: readonly string[];
  layers: readonly Layer[];
  /** Says in a sentence what the picture shows. */
  label: string;
  /** End of the scale; left out: by the values. */
  top?: number;
  format: (value: number) => string;
}

const height = 240;
/** Seconds. */
const aDay = 86_400;
/** Never less than a day: each tick would say the same. */
const steps = [1, 2, 7, 14, 30, 90, 180, 365].map((days) => days * aDay);
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`) / 1000;

/** Drawn anew when the colours or the width change; nothing is told by hover, the numbers stand in the table below. */
export function Chart({ days, layers, label, top, format }: ChartProps) {
  const holder = useRef<HTMLDivElement>(null);
  const isDark = useDark();
  const shown = JSON.stringify([days[0], days.length, layers, top]);
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const plot = draw(element, { days, layers, label, format, ...(top === undefined ? {} : { top }) });
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [shown, scheme.value, language.value, isDark]);
  return <div class="chart" role="img" aria-label={label} ref={holder} />;
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/** What the device wishes, also when it changes. */
function useDark(): boolean {
  const [isDark, set] = useState(dark.matches);
  useEffect(() => {
    const change = (): void => set(dark.matches);
    dark.addEventListener('change', change);
    return () => dark.removeEventListener('change', change);
  }, []);
  return isDark;
}

function draw(element: HTMLElement, { days, layers, top, format }: ChartProps): uPlot {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const font = `12px ${token('sans')}`;
  const axis = {
    stroke: token('ink-2'),
    font,
    grid: { stroke: token('line'), width: 1 },
    ticks: { stroke: token('line-strong'), width: 1, size: 4 },
  };
  const date = new Intl.DateTimeFormat(language.value === 'de' ? 'de-DE' : 'en-GB', {
    day: '2-digit',
    month: '2-digit',
    timeZone: 'UTC',
  });
  return new uPlot(
    {
      width: element.clientWidth,
      height,
      cursor: { show: false },
      legend: { show: false },
      scales: {
        // A single day would be stretched over years.
        x: days.length > 1 ? { time: true } : { time: true, range: (_plot, at) => [at - aDay, at + aDay] },
        y: { range: (_plot, _low, high) => [0, top ?? Math.max(1, high * 1.05)] },
      },
      axes: [
        {
          ...axis,
          space: 72,
          incrs: steps,
          values: (_plot, ticks) => ticks.map((tick) => date.format(tick * 1000)),
        },
        { ...axis, size: 56, values: (_plot, ticks) => ticks.map(format) },
      ],
      series: [
        {},
        ...layers.map(({ colour, hatched }) => ({
          stroke: token(colour === 'ink' ? 'ink' : `${colour}-mark`),
          width: 2,
          points: { show: days.length < 3 },
          fill: hatched === true ? hatch(token) : token(colour === 'ink' ? 'surface' : `${colour}-fill`),
        })),
      ],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    },
    [days.map(noon), ...layers.map(({ values }) => [...values])],
    element,
  );
}

/** The pattern of what was not seen, as everywhere on the page. */
function hatch(token: (name: string) => string): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = 8;
  tile.height = 8;
  const pen = tile.getContext('2d');
  if (pen === null) return token('unknown-fill');
  pen.fillStyle = token('unknown-fill');
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = token('unknown-hatch');
  pen.lineWidth = 1.5;
  for (const shift of [-8, 0, 8]) {
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, 'repeat') ?? token('unknown-fill');
}
