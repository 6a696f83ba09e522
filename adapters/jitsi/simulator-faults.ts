/** How the WebSocket misbehaves for frames whose text fits. */
export interface XmppFault {
  frame: RegExp;
  kind: 'silence' | 'garbage' | 'close' | 'huge' | 'limit' | 'doctype';
}
