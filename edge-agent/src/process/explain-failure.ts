import { messageOf, type Problem, type ProblemCode } from '../problem.js';

interface Explanation {
  /** What a program, or the attempt to start it, says. */
  readonly says: RegExp;
  readonly code: ProblemCode;
  readonly whatToDo: string;
}

/**
 * What the programs of an edge say, and what to do about it, the first that matches. `ipvsadm` tries to load the module
 * whatever is wrong, and complains of that as well, so permission comes before the module.
 */
const EXPLANATIONS: readonly Explanation[] = [
  {
    says: /ipvsadm could not be run/,
    code: 'program-missing',
    whatToDo: 'install it: apt-get install ipvsadm',
  },
  {
    says: /\bip could not be run/,
    code: 'program-missing',
    whatToDo: 'install it: apt-get install iproute2',
  },
  {
    says: /^ip address add \S+:\S+ .*Permission denied/,
    code: 'address-failed',
    whatToDo: 'IPv6 is switched off on this host: sysctl net.ipv6.conf.all.disable_ipv6=0',
  },
  {
    says: /^ip link add .*(Unknown device type|not supported)/,
    code: 'address-failed',
    whatToDo: 'this kernel has no dummy interfaces: modprobe dummy, or put the addresses on an interface yourself',
  },
  {
    says: /Permission denied|Operation not permitted|must be root/,
    code: 'permission-missing',
    whatToDo: 'run the agent as root or give it CAP_NET_ADMIN, in the network namespace that it is to steer',
  },
  {
    says: /Can't initialize ipvs|Module ip_vs not found/,
    code: 'ipvs-missing',
    whatToDo:
      'this kernel has no IPVS: modprobe ip_vs, or boot a kernel with CONFIG_IP_VS, or set WEIR_EDGE_DATA_PLANE=userspace',
  },
  {
    says: /Scheduler or persistence engine not found/,
    code: 'scheduler-missing',
    whatToDo:
      "this kernel lacks the scheduler of the load balancer's distribution: modprobe ip_vs_mh (or ip_vs_wrr, ip_vs_wlc)",
  },
];

/** The failure as a problem that says what to do, when it is one of those that people meet; else as `otherwise`. */
export function explainFailure(error: unknown, otherwise: ProblemCode): Problem {
  const message = messageOf(error);
  const explanation = EXPLANATIONS.find(({ says }) => says.test(message));
  if (explanation === undefined) return { code: otherwise, message };
  return { code: explanation.code, message: `${message.trim()}. What to do: ${explanation.whatToDo}` };
}
