import { describe, expect, it } from 'vitest';
import { sessionOf } from '../../../adapters/bigbluebutton/session.ts';
import {
  createdEvent,
  endedEvent,
  mappedEvent,
  recordingEvent,
} from '../../../adapters/bigbluebutton/simulator-hooks.ts';
import { greenlightMetadata } from '../../../adapters/bigbluebutton/simulator-world.ts';
import { internalId } from '../../../adapters/bigbluebutton/simulator-xml.ts';
import { factProblems } from '../../../adapters/contract/validate.ts';
import type { FactName } from '../../../adapters/contract/vocabulary.ts';
import { receiveEvent } from './notes.ts';
import { brief } from './world.ts';

const now = 1_767_171_701_000;

describe('what is heard of a meeting', () => {
  const began = now - 60_000;
  const session = sessionOf(internalId('m1', began));
  it.each<[string, object, Record<string, unknown>, boolean]>([
    [
      'the button, raw',
      recordingEvent('m1', began, true, now),
      { meeting_recording_in_progress: true },
      false,
    ],
    [
      'the button again, raw',
      recordingEvent('m1', began, false, now),
      { meeting_recording_in_progress: false },
      false,
    ],
    ['the end, raw', endedEvent('m1', began, now), { meeting_running: false }, true],
    [
      'the button, mapped',
      mappedEvent('meeting-recording-started', 'm1', began, now),
      { meeting_recording_in_progress: true },
      false,
    ],
    [
      'the button again, mapped',
      mappedEvent('meeting-recording-stopped', 'm1', began, now),
      { meeting_recording_in_progress: false },
      false,
    ],
    ['the end, mapped', mappedEvent('meeting-ended', 'm1', began, now), { meeting_running: false }, true],
  ])('%s', async (_name, event, facts, ended) => {
    const [item, ...more] = await receiveEvent(event, now);
    if (item === undefined || !('moment' in item)) throw new Error('no moment');
    expect(more).toEqual([]);
    expect(item.moment).toMatchObject({ session, at: now, ended });
    for (const [name, fact] of Object.entries(item.moment.facts))
      expect(factProblems(name as FactName, fact)).toEqual([]);
    const values = Object.entries(item.moment.facts).map(([name, fact]) => [name, brief(fact)]);
    expect(Object.fromEntries(values)).toMatchObject(facts);
    expect(JSON.stringify(item)).not.toMatch(/w_sim|-1767/);
  });
  it.each([
    [
      'without a word on the recording',
      { envelope: { name: 'RecordingStatusChangedEvtMsg', timestamp: now } },
    ],
    ['without the id of a meeting', { data: { id: 'meeting-ended', event: { ts: now } } }],
    ['without a time', { ...endedEvent('m1', began, 0) }],
  ])('%s: nothing', async (_name, event) => {
    expect(await receiveEvent(event, now)).toEqual([]);
  });
});

describe('what is kept of a creation', () => {
  const meeting = { id: 'm1', name: 'Amt 12', metadata: greenlightMetadata('q7w-3rk-z9p-m2d') };
  const noteIn = async (change: Parameters<typeof createdEvent>[2]) => {
    const [item] = await receiveEvent(createdEvent(meeting, now, change), now);
    return item !== undefined && 'note' in item ? item.note : null;
  };
  it('are settings alone, and of the ids a hash', async () => {
    const note = await noteIn({
      meetingProp: { disabledFeatures: ['screenshare'] },
      recordProp: { record: true },
      password: { moderatorPass: 'push-canary', learningDashboardAccessToken: 'push-canary' },
      welcomeProp: { welcomeMsg: 'push-canary' },
      voiceProp: { telVoice: '04711' },
    });
    expect(note).toEqual({
      room: 'm1',
      session: sessionOf(internalId('m1', now)),
      since: now,
      content: {
        greenlight: true,
        disabledFeatures: ['screenshare'],
        asksConsent: false,
        record: true,
        autoStart: false,
        keepsEvents: false,
        guestPolicy: 'ALWAYS_ACCEPT',
        authenticatedGuest: true,
        moderatorsUnmute: false,
        mutedOnStart: true,
        inspectMinutes: 0,
        dashboard: true,
        pinLength: 5,
        telephone: false,
      },
    });
    expect(JSON.stringify(note)).not.toMatch(/04711|push-canary|Amt|q7w/);
    expect(JSON.stringify(note)).not.toContain(internalId('m1', now));
  });
  it('names of functions that nobody asks for are dropped', async () => {
    const note = await noteIn({ meetingProp: { disabledFeatures: ['push-canary', 'chat'] } });
    expect(note?.content).toMatchObject({ disabledFeatures: ['chat'] });
  });
  it('what was damaged is left out', async () => {
    expect((await noteIn({ recordProp: { record: 'yes' } }))?.content).not.toHaveProperty('record');
    // Greenlight's page asks by itself, and of which front end this is cannot be told.
    expect((await noteIn({ metadataProp: { metadata: 7 } }))?.content).not.toHaveProperty('asksConsent');
  });
  it('a meeting without its own id is none', async () => {
    expect(await noteIn({ meetingProp: { intId: undefined } })).toBeNull();
  });
});
