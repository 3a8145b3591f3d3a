import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { EdgeName } from '#core/model/name.js';
import { Problem } from '../http/problem.js';

/** Refuses an agent whose connection was not made with a certificate of its edge. Throws `Problem`. */
export function refuseForeignCertificate(socket: Socket, edge: EdgeName): void {
  if (!(socket instanceof TLSSocket) || !socket.authorized) {
    throw new Problem('forbidden', 'agents must connect with a client certificate that this control plane trusts');
  }
  const { subject, subjectaltname } = socket.getPeerCertificate();
  const names = certificateNames(subject.CN, subjectaltname);
  if (names.includes(edge)) return;
  throw new Problem('forbidden', `the client certificate is for ${names.join(', ')}, the token for edge "${edge}"`);
}

/** The common names, and the DNS names among the alternative ones as Node writes them. */
export function certificateNames(
  commonName: string | readonly string[] | undefined,
  alternativeNames: string | undefined,
): readonly string[] {
  // What is quoted may hold anything, even what looks like another name; an edge's name needs no quotes.
  const plain = (alternativeNames ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
  const dns = [...plain.matchAll(/(?:^|, )DNS:([^,]+)/g)].map((match) => String(match[1]));
  return [...new Set([...[commonName ?? []].flat(), ...dns])];
}
