import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { me } from '../../api.ts';
import { installation, learnInstallation } from '../../installation.ts';
import { Panel } from '../../parts/panel.tsx';
import { Head } from '../../parts/shell.tsx';
import { go } from '../../router.ts';
import { t } from '../../texts/index.ts';
import { s } from '../../texts/setup.ts';
import { vendorName } from '../../vendors.ts';
import { Checks } from './checks.tsx';
import { Confirm } from './confirm.tsx';
import { Fields } from './fields.tsx';
import { FirstScan } from './first.tsx';
import { type Asked, checkLive, type LastLine, type SourceLine } from './stream.ts';

export function SetupPage() {
  return (
    <>
      <Head title={s('title')}>{s('about')}</Head>
      <SetupSteps />
    </>
  );
}

/** Outlives the overview, which shows the first steps only while there is no target. */
const begun = signal<{ target: string; scan: string | null } | null>(null);

interface Checked {
  asked: Asked;
  lines: SourceLine[];
  last: LastLine | null;
  error: string;
}

/** First steps: what to type, what the server says to it, what would be written, the first scan. */
export function SetupSteps() {
  useEffect(() => {
    if (installation.value === null) void learnInstallation();
  }, []);
  const known = installation.value;
  const scopes: readonly string[] = me.value?.scopes ?? [];
  if (known === null) return <p role="status">{t('state.loading')}</p>;
  return (
    <>
      {known.targets === 0 && <Welcome />}
      {known.demo && <p class="note aside">{s('demo.here')}</p>}
      {scopes.includes('admin') ? <Steps /> : <p class="problem">{s('admin')}</p>}
    </>
  );
}

function Welcome() {
  return (
    <Panel title={s('welcome')} class="welcome">
      <p>{s('welcome.text')}</p>
      <p>{s('demo.offer')}</p>
      <pre class="copy">npm run -s roomwarden -- demo</pre>
    </Panel>
  );
}

function Steps() {
  const [vendor, setVendor] = useState('');
  const [checked, setChecked] = useState<Checked | null>(null);
  const running = useRef<AbortController | null>(null);
  const found = installation.value?.vendors.find((each) => each.vendor === vendor);

  const check = async (asked: Asked): Promise<void> => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    const state: Checked = { asked, lines: [], last: null, error: '' };
    setChecked({ ...state });
    try {
      for await (const line of checkLive(asked, own.signal)) {
        if ('source' in line) state.lines = [...state.lines, line];
        else state.last = line;
        setChecked({ ...state });
      }
    } catch (error) {
      if (!own.signal.aborted) setChecked({ ...state, error: (error as Error).message });
    }
  };
  const forget = (): void => {
    running.current?.abort();
    setChecked(null);
  };

  if (begun.value !== null) {
    const { target, scan } = begun.value;
    return (
      <FirstScan
        key={target}
        target={target}
        scan={scan}
        onMore={() => {
          begun.value = null;
        }}
      />
    );
  }
  return (
    <>
      <Panel title={s('step.product')} note={s('step', { n: 1 })}>
        <fieldset class="products">
          <legend class="sr">{s('step.product')}</legend>
          {installation.value?.vendors.map((each) => (
            <label key={each.vendor}>
              <input
                type="radio"
                name="vendor"
                checked={vendor === each.vendor}
                onChange={() => {
                  setVendor(each.vendor);
                  forget();
                }}
              />{' '}
              {vendorName(each.vendor)}
            </label>
          ))}
        </fieldset>
        <p class="note">{s('others')}</p>
      </Panel>
      {found !== undefined && (
        <Fields
          key={vendor}
          vendor={found}
          busy={checked !== null && checked.last === null && checked.error === ''}
          onChange={forget}
          onCheck={check}
        />
      )}
      {checked !== null && <Checks {...checked} />}
      {checked?.last != null && checked.last.problem === null && (
        <Confirm
          asked={checked.asked}
          last={checked.last}
          onDone={(done) => {
            begun.value = done;
            go('/setup', true);
            forget();
            setVendor('');
            void learnInstallation();
          }}
        />
      )}
    </>
  );
}
