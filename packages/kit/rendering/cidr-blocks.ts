/**
 * The first `count` subnets of an IPv4 range, each with `bits` host bits.
 * Source: CloudFormation User Guide, "Fn::Cidr".
 */
export function cidrBlocks(range: string, count: number, bits: number): string[] {
  const [address = ''] = range.split('/');
  const base = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return Array.from({ length: count }, (_, index) => `${dotted(base + index * 2 ** bits)}/${32 - bits}`);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
