import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../problem.js';
import { explainFailure } from './explain-failure.js';

/** Recorded from ipvsadm 1.31, iproute2 6.1, iptables 1.8.9 and nft 1.0.6 on Linux 6.1 and 6.18. */
const NO_MODULE = `modprobe: FATAL: Module ip_vs not found in directory /lib/modules/6.18.44
Can't initialize ipvs: Protocol not available
Are you sure that IP Virtual Server is built in the kernel or as module?`;
const NO_PERMISSION = `modprobe: FATAL: Module ip_vs not found in directory /lib/modules/6.1.176
Can't initialize ipvs: Permission denied (you must be root)
Are you sure that IP Virtual Server is built in the kernel or as module?`;

describe('explainFailure', () => {
  it.each<[string, ProblemCode, string]>([
    ['ipvsadm could not be run; is it installed?: spawn ipvsadm ENOENT', 'program-missing', 'apt-get install ipvsadm'],
    ['ip could not be run; is it installed?: spawn ip ENOENT', 'program-missing', 'apt-get install iproute2'],
    [`ipvsadm -Ln ended with 2: ${NO_PERMISSION}`, 'permission-missing', 'CAP_NET_ADMIN'],
    [`ipvsadm -Ln ended with 2: ${NO_MODULE}`, 'ipvs-missing', 'modprobe ip_vs'],
    [
      'add-service TCP 203.0.113.10:443: Scheduler or persistence engine not found',
      'scheduler-missing',
      'modprobe ip_vs_mh',
    ],
    [
      'ip address add 203.0.113.10/32 dev weir0 ended with 2: RTNETLINK answers: Operation not permitted',
      'permission-missing',
      'CAP_NET_ADMIN',
    ],
    [
      'ip address add 2001:db8::1/128 dev weir0 nodad ended with 2: RTNETLINK answers: Permission denied',
      'address-failed',
      'disable_ipv6=0',
    ],
    [
      'ip link add weir0 type dummy ended with 2: RTNETLINK answers: Operation not supported',
      'address-failed',
      'modprobe dummy',
    ],
    [
      'iptables -w 5 -t nat -S ended with 4: iptables v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)',
      'permission-missing',
      'as root',
    ],
    [
      'nft -f - ended with 1: netlink: Error: cache initialization failed: Operation not permitted',
      'permission-missing',
      'as root',
    ],
  ])('of "%s" makes %s, and says what to do', (said, code, advice) => {
    const problem = explainFailure(new Error(said), 'action-failed');
    expect(problem.code).toBe(code);
    expect(problem.message).toContain(said);
    expect(problem.message.slice(said.length)).toContain(advice);
  });

  it('passes on what it does not know', () => {
    expect(explainFailure('Service not defined', 'action-failed')).toEqual({
      code: 'action-failed',
      message: 'Service not defined',
    });
  });
});
