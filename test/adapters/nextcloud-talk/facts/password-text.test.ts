import { expect, it } from 'vitest';
import { holdsPassword } from '../../../../adapters/nextcloud-talk/facts/password-text.ts';

it.each<[string, boolean]>([
  ['Kennwort: Sommer-2026', true],
  ['Treff (Passwort = abc)', true],
  ['das Kennwort lautet Sommer', true],
  ['Password is swordfish', true],
  ['PIN 4711', true],
  ['Passcode-99887', true],
  ['PWD:geheimnis1', true],
  ['PIN-Vergabe', false],
  ['Schulung Passwort Manager', false],
  ['Kennwort: wird per Post geschickt', false],
  ['Kennwort: siehe Einladung', false],
  ['Passwort ist erforderlich.', false],
  ['Password required', false],
  ['Spinnerei 2026', false],
  ['Pinsel 1234', false],
  ['Haushaltsrunde', false],
  ['', false],
])('%s: %s', (text, expected) => {
  expect(holdsPassword(text)).toBe(expected);
});
