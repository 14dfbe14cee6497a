import { catches } from './catches.ts';
import { repositoryFiles } from './repository-files.ts';
import { describeViolations } from './violation.ts';

const check = (text: string) => describeViolations(catches([{ path: 'release/a.ts', text }]));

describe('every catch names the error that it expects', () => {
  it('in the repository', () => {
    expect(describeViolations(catches(repositoryFiles()))).toEqual([]);
  });

  it.each([
    'try { f(); } catch {}',
    'try { f(); } catch { /* nothing matters */ }',
    'try { f(); } catch (error) {}',
    'try { f(); } catch { return undefined; }',
    'try { f(); } catch (error) { return undefined; }',
    'p.catch(() => {});',
    'await p.catch(() => undefined);',
    'p.then(f).catch(function () { return 1; });',
    'p.catch((error) => 1);',
  ])('refuses %s', (text) => {
    expect(check(`async function g() {\n${text}\n}`)).toEqual([
      expect.stringContaining('let pass what is not expected'),
    ]);
  });

  it.each([
    'try { f(); } catch (error) { if (error.code !== "ENOENT") throw error; }',
    'try { f(); } catch (cause) { throw new ReleaseError(fault, { cause }); }',
    'try { f(); } catch { // any error of the probe means: not there\n return undefined; }',
    'p.catch((error: unknown) => error);',
    'p.catch(report);',
    '// It is closed already, or it never opened.\nawait p.catch(() => undefined);',
    'f("a catch { } in a text");',
  ])('takes %s', (text) => expect(check(`async function g() {\n${text}\n}`)).toEqual([]));
});
