import './styles/index.ts';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app.tsx';
import { startKeys } from './keys.ts';
import { language, textsReady } from './texts/index.ts';

effect(() => {
  document.documentElement.lang = language.value;
});
await textsReady;
startKeys();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
