/** The version of the package. */
export const WEIRCTL_VERSION = '0.1.0';
