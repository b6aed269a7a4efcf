import { addressOf, parseRoute } from '../../../src/dashboard/state/route.ts';

test.each([
  ['', { view: 'grid' }],
  ['#/', { view: 'grid' }],
  ['#/cameras', { view: 'grid' }],
  ['#/cameras/new', { view: 'camera-new' }],
  ['#/cameras/front-door', { view: 'camera', id: 'front-door' }],
  ['#/cameras/front-door/edit', { view: 'camera-edit', id: 'front-door' }],
  ['#/alerts', { view: 'alerts', query: '' }],
  ['#/alerts?kind=anomaly&from=1', { view: 'alerts', query: 'kind=anomaly&from=1' }],
  ['#/alerts/a%2F1?camera=yard', { view: 'alert', id: 'a/1', query: 'camera=yard' }],
  ['#/settings', { view: 'settings' }],
  ['#/login', { view: 'login' }],
  ['#/settings/users', { view: 'unknown' }],
  ['#/cameras/a/b', { view: 'unknown' }],
  ['#/nowhere', { view: 'unknown' }],
  ['#/cameras/%E0%A4%A', { view: 'camera', id: '%E0%A4%A' }],
])('%s is %j', (hash, route) => expect(parseRoute(hash)).toEqual(route));

test.each([
  [addressOf.camera('a b'), { view: 'camera', id: 'a b' }],
  [addressOf.cameraEdit('a/b'), { view: 'camera-edit', id: 'a/b' }],
  [addressOf.alert('1?2', 'kind=anomaly'), { view: 'alert', id: '1?2', query: 'kind=anomaly' }],
  [addressOf.alerts('range=7d'), { view: 'alerts', query: 'range=7d' }],
])('%s leads where it says', (address, route) => expect(parseRoute(address)).toEqual(route));
