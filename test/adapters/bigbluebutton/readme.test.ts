import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sources } from '../../../adapters/bigbluebutton/sources.ts';
import { grants, statements, viewText } from '../../../adapters/bigbluebutton/statements.ts';

const readme = readFileSync(new URL('../../../adapters/bigbluebutton/README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('has the view and the grants that the statements need', () => {
    expect(readme).toContain(viewText);
    for (const grant of [...grants('roomwarden', true), ...grants('roomwarden', false)])
      expect(readme).toContain(grant);
  });
  it('lists every source', () => {
    for (const { id, calls } of sources) if (calls.length > 0) expect(readme).toContain(`| ${id} `);
  });
});

describe('the statements', () => {
  it('read and nothing else, and select neither a code nor anything of a person', () => {
    for (const { text } of Object.values(statements)) {
      expect(text).toMatch(/^SELECT/);
      expect(text).not.toMatch(/\b(INSERT INTO|UPDATE \w+ SET|DELETE FROM|DROP|ALTER|CREATE|COPY|;)/);
      expect(text.replace(/a\.attname = '\w+'|AS \w+/g, '')).not.toMatch(
        /email|password_digest|session_token|client_secret|u\.name/,
      );
    }
  });
});
