// Where Storage keeps its bytes: a folder of files named by hash, so that no key, whatever it holds,
// can name a path. A JSON file beside each says what lite asks back.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** lite's StorageAdapter over a folder. Versions are lite's; the last one written counts. */
export class Files {
  constructor(folder) {
    this.driver = folder
  }

  #path(bucket, key) {
    const name = createHash('sha256').update(`${bucket}/${key}`).digest('hex')
    return join(this.driver, name.slice(0, 2), name)
  }

  async uploadObject(bucket, key, _version, body, mimetype, cacheControl) {
    const path = this.#path(bucket, key)
    const part = `${path}.${randomUUID()}`
    await mkdir(join(path, '..'), { recursive: true })
    const digest = createHash('md5')
    let size = 0
    const count = new Transform({
      transform(chunk, _encoding, done) {
        digest.update(chunk)
        size += chunk.length
        done(null, chunk)
      },
    })
    try {
      await pipeline(streamOf(body), count, createWriteStream(part))
      await rename(part, path)
    } finally {
      await rm(part, { force: true })
    }
    await writeFile(`${path}.json`, JSON.stringify({ mimetype, cacheControl, eTag: `"${digest.digest('hex')}"` }))
    return { ...(await this.headObject(bucket, key)), size, contentLength: size, httpStatusCode: 200 }
  }

  async headObject(bucket, key) {
    const path = this.#path(bucket, key)
    const { size, mtime } = await stat(path)
    const known = JSON.parse(await readFile(`${path}.json`, 'utf8'))
    return { ...known, size, contentLength: size, lastModified: mtime, httpStatusCode: 200 }
  }

  async getObject(bucket, key) {
    const metadata = await this.headObject(bucket, key)
    const body = Readable.toWeb(createReadStream(this.#path(bucket, key)))
    return { metadata, httpStatusCode: 200, body }
  }

  async deleteObject(bucket, key) {
    const path = this.#path(bucket, key)
    await Promise.all([rm(path, { force: true }), rm(`${path}.json`, { force: true })])
  }

  async deleteObjects(bucket, keys) {
    await Promise.all(keys.map((key) => this.deleteObject(bucket, key)))
  }

  async copyObject(bucket, key, _version, toBucket, toKey) {
    const [from, to] = [this.#path(bucket, key), this.#path(toBucket, toKey)]
    await mkdir(join(to, '..'), { recursive: true })
    await Promise.all([copyFile(from, to), copyFile(`${from}.json`, `${to}.json`)])
    return this.headObject(toBucket, toKey)
  }

  async privateAssetUrl(bucket, key) {
    return `file://${this.#path(bucket, key)}`
  }
}

function streamOf(body) {
  if (body instanceof Uint8Array) return Readable.from([body])
  return body instanceof ReadableStream ? Readable.fromWeb(body) : body
}
