import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createClient } from '@supabase/supabase-js'
import * as kit from './kit.mjs'

const options = { auth: { persistSession: false } }
const server = createClient(kit.SUPABASE_URL, process.env.SUPABASE_SECRET_KEY, options)
const bucket = `test-${randomUUID()}`
const files = server.storage.from(bucket)

before(async () => {
  const allowedMimeTypes = ['text/plain']
  const { error } = await server.storage.createBucket(bucket, {
    public: false,
    fileSizeLimit: '1KB',
    allowedMimeTypes,
  })
  assert.equal(error, null)
})

after(async () => {
  await server.storage.emptyBucket(bucket)
  await server.storage.deleteBucket(bucket)
})

test('what is uploaded as text or as a Blob comes back byte for byte', async () => {
  const contentType = 'text/plain'
  for (const [path, body] of [
    ['text.txt', 'bonjour'],
    ['sous dossier/é.txt', new Blob(['bonjour'], { type: contentType })],
  ]) {
    assert.equal((await files.upload(path, body, { contentType })).error, null)
    const { data, error } = await files.download(path)
    assert.equal(error, null)
    assert.equal(await data.text(), 'bonjour')
    assert.equal(data.type, contentType)
  }
})

test('a signed address opens one file for somebody without any key', async () => {
  await files.upload('signed.txt', 'secret', { contentType: 'text/plain' })
  const { data, error } = await files.createSignedUrl('signed.txt', 60)
  assert.equal(error, null)
  const response = await fetch(data.signedUrl)
  assert.equal(response.status, 200)
  assert.equal(await response.text(), 'secret')
  const moved = await fetch(data.signedUrl.replace('signed.txt', 'text.txt'))
  assert.notEqual(moved.status, 200)
})

test('a signed upload address lets somebody write one file', async () => {
  const { data } = await files.createSignedUploadUrl('theirs.txt')
  const anyone = kit.frontEnd().storage.from(bucket)
  const contentType = 'text/plain'
  const { error } = await anyone.uploadToSignedUrl(data.path, data.token, 'hello', { contentType })
  assert.equal(error, null)
  assert.equal(await (await files.download('theirs.txt')).data.text(), 'hello')
})

test('without a policy nobody but the server reads, writes, lists or makes buckets', async () => {
  await files.upload('private.txt', 'secret', { contentType: 'text/plain' })
  const { client } = await kit.member()
  for (const person of [kit.frontEnd(), client]) {
    const theirs = person.storage.from(bucket)
    assert.ok((await theirs.download('private.txt')).error)
    assert.ok((await theirs.upload('mine.txt', 'x', { contentType: 'text/plain' })).error)
    assert.deepEqual((await theirs.list()).data, [])
    assert.ok((await person.storage.createBucket(randomUUID())).error)
  }
})

test("a bucket's own limits hold", async () => {
  const big = await files.upload('big.txt', 'x'.repeat(1001), { contentType: 'text/plain' })
  assert.equal(big.error.statusCode, '413')
  const type = await files.upload('page.html', 'x', { contentType: 'text/html' })
  assert.equal(type.error.statusCode, '415')
})
