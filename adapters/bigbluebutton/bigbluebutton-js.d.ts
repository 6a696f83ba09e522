/** Only the calls that read are declared, so that no other one of the library type-checks here. */
declare module 'bigbluebutton-js' {
  type Parameters = Record<string, string | number>;
  interface ReadApi {
    monitoring: { getMeetings(): string; getMeetingInfo(meetingID: string): string };
    recording: { getRecordings(parameters: Parameters): string };
    hooks: { list(parameters?: Parameters): string };
  }
  const library: { api(host: string, secret: string): ReadApi };
  export default library;
}
