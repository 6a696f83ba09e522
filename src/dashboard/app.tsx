import { useEffect } from 'preact/hooks';
import { call, type Me, me } from './api.ts';
import { follow } from './live.ts';
import { Coverage } from './pages/coverage.tsx';
import { Finding } from './pages/finding/finding.tsx';
import { Login } from './pages/login.tsx';
import { offices } from './pages/offices.ts';
import { Overview } from './pages/overview/overview.tsx';
import { Policies, Policy } from './pages/policies.tsx';
import { Room } from './pages/room.tsx';
import { Rooms } from './pages/rooms.tsx';
import { Targets } from './pages/targets.tsx';
import { Violations } from './pages/violations/violations.tsx';
import { Hatch } from './parts/hatch.tsx';
import { KeyList } from './parts/keylist.tsx';
import { Lazy } from './parts/lazy.tsx';
import { Head, Shell } from './parts/shell.tsx';
import { place } from './router.ts';
import { language, t } from './texts/index.ts';

/** Asked for when one of them is opened, or when there is nothing else to do. */
const loadOffice = () => import('./pages/office.tsx');

export function App() {
  useEffect(() => {
    call<Me>('/api/v1/session')
      .then((found) => {
        me.value = found;
      })
      .catch(() => {
        me.value ??= null;
      });
  }, []);
  const known = me.value;
  useEffect(() => {
    if (known == null) return;
    follow();
    // So that these pages, too, open at once.
    requestIdleCallback?.(() => void loadOffice().catch(() => {}), { timeout: 5_000 });
  }, [known]);
  useEffect(() => {
    const heading = document.querySelector('h1')?.textContent ?? '';
    document.title = heading === 'Roomwarden' ? heading : `${heading} · Roomwarden`;
  }, [place.value.pathname, known, language.value]);
  if (known === undefined) return null;
  if (known === null) return <Login />;
  return (
    <Shell>
      <Hatch />
      <Page />
      <KeyList />
    </Shell>
  );
}

function Page() {
  const [, first = '', second, third] = place.value.pathname.split('/').map(decodeURIComponent);
  if (first === '') return <Overview />;
  if (first === 'violations')
    return second === undefined ? <Violations /> : <Finding key={second} uid={second} />;
  if (first === 'rooms' && third !== undefined) return <Room target={second ?? ''} room={third} />;
  if (first === 'rooms') return <Rooms />;
  if (first === 'targets') return <Targets only={second ?? null} />;
  if (first === 'policies') return second === undefined ? <Policies /> : <Policy id={second} />;
  if (first === 'coverage') return <Coverage />;
  if (first === 'setup')
    return (
      <Lazy key="setup" load={() => import('./pages/setup/setup.tsx').then(({ SetupPage }) => SetupPage)} />
    );
  if (first === 'trends')
    return (
      <Lazy key="trends" load={() => import('./pages/trends/trends.tsx').then(({ Trends }) => Trends)} />
    );
  if (first === 'reports')
    return <Lazy load={() => import('./pages/reports.tsx').then(({ Reports }) => Reports)} />;
  const office = offices.find((each) => each === first);
  if (office !== undefined) {
    return (
      <Lazy
        key={place.value.pathname}
        load={() =>
          loadOffice().then(({ Office }) => () => <Office name={office} id={second} />)
        }
      />
    );
  }
  return <Head title={t('state.notfound')} />;
}
