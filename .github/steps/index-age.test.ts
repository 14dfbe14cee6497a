import { ageOf, type ShownIndex } from './index-age.ts';

const index: ShownIndex = {
  daysLeft: 20,
  renewalDue: true,
  channels: { latest: '1.4.0', v1: '1.4.0' },
  releases: [{ version: '1.4.0' }, { version: '1.5.0', yanked: 'broken' }],
};

describe('ageOf', () => {
  it('renews by the release that latest points to', () => {
    expect(ageOf(index)).toEqual({ due: true, version: '1.4.0' });
    expect(ageOf({ ...index, renewalDue: false })).toEqual({ due: false, version: '1.4.0' });
  });

  it('takes the newest that is not yanked where nothing is stable', () => {
    const releases = [{ version: '1.0.0-rc.0' }, { version: '1.0.0-rc.1' }, { version: '1.0.0-rc.2', yanked: 'x' }];
    expect(ageOf({ ...index, channels: {}, releases })).toEqual({ due: true, version: '1.0.0-rc.1' });
  });

  it('has nothing to renew on a host without an index', () => {
    expect(ageOf(null, 14)).toEqual({ due: false, version: '' });
  });

  it('fails where nobody has approved the renewal for too long', () => {
    expect(ageOf({ ...index, daysLeft: 14 }, 14).due).toBe(true);
    expect(() => ageOf({ ...index, daysLeft: 13 }, 14)).toThrow('index-expiring');
    expect(() => ageOf({ ...index, daysLeft: -1 }, 14)).toThrow('expired');
  });

  it('fails where no release is left whose promotion would renew it', () => {
    const yanked = { ...index, channels: {}, releases: [{ version: '1.4.0', yanked: 'broken' }] };
    expect(() => ageOf(yanked)).toThrow('index-without-release');
    expect(ageOf({ ...yanked, renewalDue: false }).due).toBe(false);
  });
});
