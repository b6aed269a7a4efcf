import net from 'node:net';

const familyOf = (address: string): 'ipv4' | 'ipv6' => (net.isIPv4(address) ? 'ipv4' : 'ipv6');

/** Whether a connection from an address is one of the reverse proxies in the list of addresses and subnets (10.0.0.0/8). */
export const trustedProxies = (list: readonly string[]): ((address: string | undefined) => boolean) => {
  const proxies = new net.BlockList();
  for (const entry of list) {
    const [address = '', prefix] = entry.split('/');
    if (prefix === undefined) proxies.addAddress(address, familyOf(address));
    else proxies.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (address) => address !== undefined && net.isIP(address) > 0 && proxies.check(address, familyOf(address));
};
