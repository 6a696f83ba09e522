import { describe, expect, it } from 'vitest';
import { checksum } from '../../../adapters/bigbluebutton/calls.ts';
import { bigbluebutton } from '../../../adapters/bigbluebutton/index.ts';
import { scan } from '../../contract/scan.ts';
import { useHttpMock } from '../../http-mock.ts';

const secret = 'a-secret-of-the-wire-test-0123456789';
const origin = 'https://bbb.example.org';
const empty = {
  root: '<response><returncode>SUCCESS</returncode><version>2.0</version><apiVersion>2.0</apiVersion><bbbVersion>3.0.35</bbbVersion></response>',
  getMeetings:
    '<response><returncode>SUCCESS</returncode><meetings></meetings><messageKey>noMeetings</messageKey></response>',
  getRecordings:
    '<response><returncode>SUCCESS</returncode><recordings></recordings><messageKey>noRecordings</messageKey></response>',
  'hooks/list': '<response><returncode>SUCCESS</returncode><hooks></hooks></response>',
};

describe('what leaves the house for a BigBlueButton server without Greenlight', () => {
  const nock = useHttpMock();

  it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('four signed questions, %s', async (algorithm) => {
    const signed = (call: string, query = ''): string => {
      const sum = `checksum=${checksum(call, query, secret, algorithm)}`;
      return `/bigbluebutton/api/${call}?${query === '' ? '' : `${query}&`}${sum}`;
    };
    const xml = { 'content-type': 'text/xml' };
    nock(origin).get('/bigbluebutton/api').reply(200, empty.root, xml);
    nock(origin).get(signed('getMeetings')).reply(200, empty.getMeetings, xml);
    nock(origin)
      .get(signed('getRecordings', 'state=any&offset=0&limit=100'))
      .reply(200, empty.getRecordings, xml);
    nock(origin).get(signed('hooks/list')).reply(200, empty['hooks/list'], xml);

    const { outcomes, subjects, errors } = await scan({
      adapter: bigbluebutton as never,
      settings: { url: `${origin}/bigbluebutton`, secret: { env: 'S' }, checksum_algorithm: algorithm },
      secretValues: { S: secret },
    });

    expect(errors).toEqual([]);
    for (const source of ['A0', 'A1', 'A2', 'A3'])
      expect(outcomes.get(source)?.state, source).toBe('complete');
    expect([...subjects.keys()]).toEqual(['deployment -']);
  });
});
