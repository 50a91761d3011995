#include "base/sha.h"

#include <string.h>

#include "base/arena.h"

static uint32_t rotate_left(uint32_t x, unsigned n) {
    return x << n | x >> (32 - n);
}

static uint32_t rotate_right(uint32_t x, unsigned n) {
    return x >> n | x << (32 - n);
}

static uint32_t load_be(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void sha256_block(uint32_t h[8], const unsigned char *block) {
    static const uint32_t k[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2};
    uint32_t w[64];
    for (int i = 0; i < 16; i++)
        w[i] = load_be(block + 4 * i);
    for (int i = 16; i < 64; i++) {
        uint32_t p = w[i - 15], q = w[i - 2];
        w[i] = w[i - 16] + (rotate_right(p, 7) ^ rotate_right(p, 18) ^ p >> 3) + w[i - 7] +
               (rotate_right(q, 17) ^ rotate_right(q, 19) ^ q >> 10);
    }
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], x = h[7];
    for (int i = 0; i < 64; i++) {
        uint32_t t = x + (rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25)) +
                     (g ^ (e & (f ^ g))) + k[i] + w[i];
        x = g, g = f, f = e, e = d + t;
        t += (rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22)) +
             ((a & b) | (c & (a | b)));
        d = c, c = b, b = a, a = t;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += x;
}

struct sha1 {
    uint32_t a, b, c, d, e;
};

static inline void sha1_round(struct sha1 *s, uint32_t mixed, uint32_t constant, uint32_t word) {
    uint32_t t = rotate_left(s->a, 5) + mixed + s->e + constant + word;
    s->e = s->d, s->d = s->c, s->c = rotate_left(s->b, 30), s->b = s->a, s->a = t;
}

static void sha1_block(uint32_t h[8], const unsigned char *block) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++)
        w[i] = load_be(block + 4 * i);
    for (int i = 16; i < 80; i++)
        w[i] = rotate_left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    struct sha1 s = {h[0], h[1], h[2], h[3], h[4]};
    int i = 0;
    for (; i < 20; i++)
        sha1_round(&s, s.d ^ (s.b & (s.c ^ s.d)), 0x5a827999, w[i]);
    for (; i < 40; i++)
        sha1_round(&s, s.b ^ s.c ^ s.d, 0x6ed9eba1, w[i]);
    for (; i < 60; i++)
        sha1_round(&s, (s.b & s.c) | (s.d & (s.b | s.c)), 0x8f1bbcdc, w[i]);
    for (; i < 80; i++)
        sha1_round(&s, s.b ^ s.c ^ s.d, 0xca62c1d6, w[i]);
    h[0] += s.a, h[1] += s.b, h[2] += s.c, h[3] += s.d, h[4] += s.e;
}

typedef void sha_block(uint32_t h[8], const unsigned char *block);

static struct str sha_hex(struct arena *a, struct str data, uint32_t h[8], int words,
                          sha_block *block) {
    size_t at = 0;
    for (; data.len - at >= 64; at += 64)
        block(h, (const unsigned char *)data.ptr + at);
    unsigned char tail[128] = {0};
    size_t rest = data.len - at, size = rest < 56 ? 64 : 128;
    if (rest)
        memcpy(tail, data.ptr + at, rest);
    tail[rest] = 0x80;
    for (int i = 0; i < 8; i++)
        tail[size - 1 - i] = (unsigned char)((uint64_t)data.len * 8 >> 8 * i);
    for (size_t i = 0; i < size; i += 64)
        block(h, tail + i);
    char *out = arena_alloc(a, (size_t)words * 8 + 1, 1);
    for (int i = 0; i < words * 8; i++)
        out[i] = "0123456789abcdef"[h[i / 8] >> (28 - i % 8 * 4) & 15];
    return (struct str){out, (size_t)words * 8};
}

struct str sha256_hex(struct arena *a, struct str data) {
    uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    return sha_hex(a, data, h, 8, sha256_block);
}

struct str sha1_hex(struct arena *a, struct str data) {
    uint32_t h[8] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    return sha_hex(a, data, h, 5, sha1_block);
}
