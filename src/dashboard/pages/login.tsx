import { useState } from 'preact/hooks';
import { type Me, me, Problem, send, ways } from '../api.ts';
import { language, setLanguage, t } from '../texts/index.ts';

export function Login() {
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const signIn = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      me.value = await send<Me>('POST', '/api/v1/session', { token });
    } catch (error) {
      const known = error instanceof Problem && error.status === 401;
      setProblem(known ? t('login.wrong') : t('login.failed', { detail: (error as Error).message }));
    }
  };
  const back = encodeURIComponent(location.pathname + location.search);
  return (
    <main class="login">
      <h1>Roomwarden</h1>
      <form class="panel" onSubmit={signIn}>
        <h2>{t('login.title')}</h2>
        {ways.value.oidc !== null && (
          <p>
            <a href={`${ways.value.oidc}?return_to=${back}`}>{t('login.oidc')}</a>
          </p>
        )}
        <label for="token">{t('login.token')}</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          required
          value={token}
          aria-describedby="token-hint"
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <p id="token-hint" class="hint">
          {t('login.hint')}
        </p>
        <p role="alert" class="problem">
          {problem}
        </p>
        <button type="submit" class="main">
          {t('login.do')}
        </button>
      </form>
      <button
        type="button"
        class="plain"
        lang={language.value === 'de' ? 'en' : 'de'}
        onClick={() => void setLanguage(language.value === 'de' ? 'en' : 'de')}
      >
        {language.value === 'de' ? 'English' : 'Deutsch'}
      </button>
    </main>
  );
}
