/** What every store of a mirror does. `make` gives a new one, or, with the number of one, that once more. For Node.js and browsers alike. */
export const STORE_TESTS = {
  async 'has nothing at first'(make) {
    const store = make(1);
    same(await store.open('mine'), undefined);
    same(await store.get('mine', 'a'), undefined);
    same(await store.list('mine', undefined, 9), []);
    same(await store.apply('mine', [put(1, 'a')], 1), false);
    same(await store.open('mine'), undefined);
  },

  async 'has a copy as of its first page'(make) {
    const store = make(1);
    same(await store.replace('mine', pages(page(7, 'b', 'd'), page(9, 'e'))), true);
    same(await store.open('mine'), 7);
    same(keys(await store.list('mine', undefined, 9)), 'b,d,e');
    same(keys(await store.list('mine', 'a', 2)), 'b,d');
    same(keys(await store.list('mine', 'b', 1)), 'd');
    same(keys(await store.list('mine', 'c', 9)), 'd,e');
    same(keys(await store.list('mine', 'e', 9)), '');
    same(await store.get('mine', 'd'), { key: 'd', value: 'of d', etag: '"7"', revision: 7 });
  },

  async 'orders keys as the server does'(make) {
    const store = make(1);
    const sorted = ['\u0020', 'Z', 'a', 'a/', 'a/b', 'aa', '\u007e', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10000}a', '\u{10ffff}'];
    await store.replace('mine', pages(page(1, ...[...sorted].reverse())));
    same(keys(await store.list('mine', undefined, 99)), sorted.join());
    for (const [number, key] of sorted.entries()) {
      same(keys(await store.list('mine', key, 99)), sorted.slice(number + 1).join());
    }
  },

  async 'changes, and never back'(make) {
    const store = make(1);
    await store.replace('mine', pages(page(7, 'a', 'b', 'c')));
    same(await store.apply('mine', [put(8, 'a', 'new'), del(9, 'b'), put(10, 'd', 'new')], 10), true);
    same(await store.open('mine'), 10);
    same(await values(store), { a: 'new', c: 'of c', d: 'new' });
    // From another tab that is behind.
    same(await store.apply('mine', [put(8, 'a', 'old'), put(9, 'c', 'old'), del(10, 'd')], 10), true);
    same(await store.apply('mine', [], 4), true);
    same(await store.open('mine'), 10);
    same(await values(store), { a: 'new', c: 'of c', d: 'new' });
  },

  async 'takes changes that are ahead of it'(make) {
    const store = make(1);
    await store.replace('mine', pages(page(7, 'a', 'b')));
    same(await store.apply('mine', [put(12, 'a', 'newest')]), true);
    same(await store.apply('mine', [del(13, 'b')]), true);
    same(await store.open('mine'), 7);
    same(await values(store), { a: 'newest' });
    same(await store.apply('mine', [put(11, 'a', 'older'), put(12, 'e', 'new')], 12), true);
    same(await values(store), { a: 'newest', e: 'new' });
    same(await store.apply('mine', [{ ...put(13, 'e', 'same'), expiresAt: new Date(5) }], 13), true);
    same((await store.get('mine', 'e')).expiresAt, new Date(5));
  },

  async 'replaces a copy when the new one is there'(make) {
    const store = make(1);
    await store.replace('mine', pages(page(7, 'a', 'b')));
    const during = [];
    const slowly = (async function* () {
      yield page(20, 'x');
      during.push(await store.open('mine'), keys(await store.list('mine', undefined, 9)));
      await store.apply('mine', [put(8, 'a', 'new')], 8);
      during.push(await store.open('mine'), (await store.get('mine', 'a')).value);
      yield page(21, 'y');
      during.push(keys(await store.list('mine', undefined, 9)));
    })();
    same(await store.replace('mine', slowly), true);
    same(during, [7, 'a,b', 8, 'new', 'a,b']);
    same(await store.open('mine'), 20);
    same(keys(await store.list('mine', undefined, 9)), 'x,y');
  },

  async 'goes back with a new copy'(make) {
    const store = make(1);
    await store.replace('mine', pages(page(7, 'a')));
    await store.replace('mine', pages(page(3, 'b')));
    same(await store.open('mine'), 3);
    same(await store.apply('mine', [put(4, 'b', 'new')], 4), true);
    same(await values(store), { b: 'new' });
  },

  async 'takes no half for a whole'(make) {
    const store = make(1);
    const broken = () => (async function* () {
      yield page(9, 'x', 'y');
      throw new Error('cut off');
    })();
    await fails(store.replace('mine', broken()));
    same(await store.open('mine'), undefined);
    same(keys(await store.list('mine', undefined, 9)), '');
    await store.replace('mine', pages(page(7, 'a')));
    await fails(store.replace('mine', broken()));
    same(await store.replace('mine', pages()), false);
    same(await store.open('mine'), 7);
    same(await values(store), { a: 'of a' });
    await store.replace('mine', pages(page(8, 'b')));
    same(await values(store), { b: 'of b' });
  },

  async 'has the newer of two copies that are made at once'(make) {
    const store = make(1);
    let second;
    const slowly = (async function* () {
      yield page(1, 'a');
      second = await store.replace('mine', pages(page(2, 'b')));
      yield page(1, 'c');
    })();
    same([await store.replace('mine', slowly), second], [false, true]);
    same([await store.open('mine'), keys(await store.list('mine', undefined, 9))], [2, 'b']);
  },

  async 'gives nobody the copy of another'(make) {
    const store = make(1);
    await store.replace('mine', pages(page(7, 'a')));
    same(await store.get('yours', 'a'), undefined);
    same(await store.list('yours', undefined, 9), []);
    same(await store.apply('yours', [put(8, 'a', 'b')], 8), false);
    same(await values(store), { a: 'of a' });
    same(await store.open('yours'), undefined);
    same(await store.open('mine'), undefined);
    same(await values(store), {});
  },

  async 'replaces the copy of another, half-way too'(make) {
    const store = make(1);
    await store.replace('mine', pages(page(7, 'a')));
    await fails(store.replace('yours', (async function* () {
      yield page(9, 'x');
      throw new Error('cut off');
    })()));
    // It has either all of it still, or nothing.
    const left = await store.open('mine');
    same(keys(await store.list('mine', undefined, 9)), left === undefined ? '' : 'a');
    same(await store.open('yours'), undefined);
    same(await store.replace('yours', pages(page(9, 'b'))), true);
    same([await store.open('yours'), keys(await store.list('yours', undefined, 9))], [9, 'b']);
    same(await store.list('mine', undefined, 9), []);
  },

  async 'is cleared, while a copy is made too'(make) {
    const store = make(1);
    await store.replace('mine', pages(page(7, 'a')));
    await store.clear();
    same([await store.open('mine'), await store.list('mine', undefined, 9)], [undefined, []]);
    const slowly = (async function* () {
      yield page(1, 'a');
      await store.clear();
    })();
    same(await store.replace('mine', slowly), false);
    same([await store.open('mine'), await store.list('mine', undefined, 9)], [undefined, []]);
  },
};

function page(revision, ...all) {
  return { revision, entries: all.map((key) => ({ key, value: `of ${key}`, etag: `"${revision}"`, revision })) };
}

async function* pages(...all) {
  yield* all;
}

function put(revision, key, value = '') {
  return { type: 'put', revision, key, value, etag: `"${revision}"` };
}

function del(revision, key) {
  return { type: 'delete', revision, key };
}

function keys(entries) {
  return entries.map(({ key }) => key).join();
}

async function values(store) {
  return Object.fromEntries((await store.list('mine', undefined, 99)).map(({ key, value }) => [key, value]));
}

function same(actual, expected) {
  const text = (value) => JSON.stringify(value, (_, one) => (one === undefined ? 'undefined' : one instanceof Object && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort()) : one));
  if (text(actual) !== text(expected)) {
    throw new Error(`${text(actual)} is not ${text(expected)}`);
  }
}

async function fails(promise) {
  const failed = await promise.then(() => false, () => true);
  same(failed, true);
}
