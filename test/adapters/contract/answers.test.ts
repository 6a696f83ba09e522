import { expect, it } from 'vitest';
import { looksLikeHtml, reasonOf, refuseHtml } from '../../../adapters/contract/answers.ts';
import { SourceError } from '../../../adapters/contract/http.ts';

it.each([
  ['<!DOCTYPE html><html>', true],
  ['\uFEFF \n<!-- proxy -->\n<HTML lang="de">', true],
  ['<html><body>', true],
  ['<response><returncode>SUCCESS</returncode></response>', false],
  ['<?xml version="1.0"?><html2/>', false],
  ['{"a":"<html>"}', false],
  ['var config = {};', false],
  ['', false],
])('%j is a page: %s', (text, page) => expect(looksLikeHtml(text)).toBe(page));

it('a page is no data', () => {
  const answer = { text: '<html></html>', locator: 'GET /x', status: 200 };
  expect(() => refuseHtml(answer)).toThrow(SourceError);
  expect(() => refuseHtml({ ...answer, text: '{}' })).not.toThrow();
});

it('only failures of a source have a reason', () => {
  const why = { code: 'throttled' } as const;
  expect(reasonOf(new SourceError(why, 'GET /x'))).toBe(why);
  expect(() => reasonOf(new TypeError('ours'))).toThrow('ours');
});
