import { describe, expect, it } from 'vitest';
import {
  child,
  readXml,
  readXmlText,
  textOf,
  XmlError,
  type XmlNode,
  xmlCaps,
} from '../../../adapters/bigbluebutton/xml.ts';

const itemPath = ['response', 'meetings', 'meeting'];

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function read(text: string, size = 7, caps = xmlCaps) {
  const items: XmlNode[] = [];
  const envelope = await readXml(pieces(text, size), itemPath, (item) => items.push(item), caps);
  return { items, envelope };
}

const wrap = (inner: string): string =>
  `<response><returncode>SUCCESS</returncode><meetings>${inner}</meetings><messageKey>k</messageKey></response>`;

async function refused(text: string, caps = xmlCaps) {
  const error = await read(text, 64, caps).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(XmlError);
  return (error as XmlError).reason;
}

describe('reading as it arrives', () => {
  it.each([1, 2, 3, 16, 1000])('chunks of %d characters give the same', async (size) => {
    const { items, envelope } = await read(
      wrap('<meeting><meetingID>007</meetingID></meeting><meeting><meetingID>1e5</meetingID></meeting>'),
      size,
    );
    expect(items.map((item) => textOf(item, 'meetingID'))).toEqual(['007', '1e5']);
    expect(textOf(envelope, 'messageKey')).toBe('k');
    expect(child(envelope, 'meetings')?.children).toEqual([]);
  });

  it.each([
    ['none', '', 0],
    ['one', '<meeting/>', 1],
    ['many', '<meeting/><meeting/><meeting/>', 3],
  ])('%s is a list', async (_name, inner, count) => {
    expect((await read(wrap(inner))).items).toHaveLength(count);
  });

  it('text stays text, with entities and CDATA, blanks included', async () => {
    const { items } = await read(
      wrap('<meeting><a>0x1F</a><b> 1 &amp; &lt;2&gt; &#228; </b><c><![CDATA[a&b<c]]></c><d></d></meeting>'),
    );
    const texts = items[0]?.children.map((node) => [node.name, node.text]);
    expect(texts).toEqual([
      ['a', '0x1F'],
      ['b', ' 1 & <2> ä '],
      ['c', 'a&b<c'],
      ['d', ''],
    ]);
  });

  it('an entry elsewhere is not one of the list', async () => {
    const { items } = await read(
      '<response><other><meeting><meetingID>x</meetingID></meeting></other></response>',
    );
    expect(items).toEqual([]);
  });

  it('passwords and names of persons never become part of an object', async () => {
    const { items } = await read(
      wrap(
        '<meeting><attendeePW>one-secret</attendeePW><moderatorPW>two-secret</moderatorPW><attendees><attendee><fullName>Erna <b>Muster</b></fullName><customdata><x>Erna</x></customdata><userID>u1</userID></attendee></attendees></meeting>',
      ),
    );
    const text = JSON.stringify(items);
    expect(text).toContain('u1');
    for (const word of ['one-secret', 'two-secret', 'Erna', 'Muster']) expect(text).not.toContain(word);
  });
});

describe('what is refused', () => {
  it.each([
    ['unclosed', '<response><returncode>SUCCESS</returncode>'],
    ['crossed', '<response><a></b></a></response>'],
    ['no XML name', wrap('<meeting><metadata><1foo>x</1foo></metadata></meeting>')],
    ['unknown entity', wrap('<meeting>&bomb;</meeting>')],
    ['bare ampersand', wrap('<meeting>a & b</meeting>')],
    ['two roots', '<response/><response/>'],
    ['plain text', 'upstream error'],
    ['nothing', ''],
    ['NUL', wrap('<meeting>\u0000</meeting>')],
  ])('%s', async (_name, text) => {
    expect((await refused(text)).code).toBe('invalid_answer');
  });

  it('document types, with and without entities', async () => {
    for (const type of [
      '<!DOCTYPE response>',
      '<!DOCTYPE r [<!ENTITY a "b">]>',
      '<!DOCTYPE r SYSTEM "file:///etc/passwd">',
    ])
      expect((await refused(`${type}${wrap('')}`)).code).toBe('invalid_answer');
  });

  it.each(['<!DOCTYPE html><html></html>', '<html><body>502</body></html>', '  <HTML>'])(
    'HTML: %s',
    async (text) => {
      expect(await refused(text)).toEqual({ code: 'unreachable', detail: 'HTML instead of data' });
    },
  );

  it('depth, number and size have caps, also inside what is dropped', async () => {
    const deep = (name: string): string => `<${name}>`.repeat(200) + `</${name}>`.repeat(200);
    expect((await refused(wrap(`<meeting>${deep('a')}</meeting>`))).code).toBe('too_large');
    expect((await refused(wrap(`<meeting>${deep('customdata')}</meeting>`))).code).toBe('too_large');
    const caps = { ...xmlCaps, elements: 10, characters: 100 };
    expect((await refused(wrap(`<meeting>${'<a/>'.repeat(20)}</meeting>`), caps)).code).toBe('too_large');
    expect((await refused(wrap(`<meeting>${'a'.repeat(200)}</meeting>`), caps)).code).toBe('too_large');
  });

  it('caps count per entry, not over the list', async () => {
    const many = wrap('<meeting><a/><a/><a/></meeting>'.repeat(50));
    expect((await read(many, 64, { ...xmlCaps, elements: 10 })).items).toHaveLength(50);
  });

  it('a whole text is read like a stream', () => {
    const items: XmlNode[] = [];
    readXmlText(wrap('<meeting/>'), itemPath, (item) => items.push(item));
    expect(items).toHaveLength(1);
    expect(() => readXmlText('<a>', itemPath, () => {})).toThrow(XmlError);
  });
});
