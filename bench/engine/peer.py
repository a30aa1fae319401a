"""The same cases as org.dide.bench.EngineRates, in Python's PyTorch: a plain ViLT.

Reads lines "PRESET KIND BATCH TEXT PRECISION" and prints the seconds each took.
"""
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

ANSWERS = 3129
PRESETS = {  # width, heads, depth, patch, image, longest text, words
    "vilt-b32": (768, 12, 12, 32, 384, 40, 30522),
    "small": (384, 6, 6, 32, 224, 40, 30522),
    "tiny": (128, 4, 3, 16, 64, 24, 30522),
}


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        if q.dtype == torch.bfloat16:  # the fused kernel is far slower on the CPU in bfloat16
            a = ((q * (q.shape[-1] ** -0.5)) @ k.transpose(2, 3)).softmax(-1) @ v
        else:
            a = F.scaled_dot_product_attention(q, k, v)
        x = x + self.proj(a.transpose(1, 2).reshape(b, t, d))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class Encoder(nn.Module):
    def __init__(self, width, heads, depth, patch, image, longest, words):
        super().__init__()
        self.words = nn.Embedding(words, width, padding_idx=0)
        self.places = nn.Embedding(longest, width)
        self.segments = nn.Embedding(2, width)
        self.norm_text = nn.LayerNorm(width, eps=1e-12)
        self.modality = nn.Embedding(2, width)
        self.patch = nn.Conv2d(3, width, patch, patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, width))
        self.grid = nn.Parameter(torch.zeros(1, (image // patch) ** 2 + 1, width))
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        self.pooler = nn.Linear(width, width)
        self.head = nn.Sequential(
            nn.Linear(width, 2 * width), nn.LayerNorm(2 * width), nn.GELU(), nn.Linear(2 * width, ANSWERS))

    def text(self, ids):
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.segments.weight[0]
        return self.norm_text(x) + self.modality.weight[0]

    def image(self, pixels):
        x = self.patch(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1) + self.grid
        return x + self.modality.weight[1]

    def encode(self, x):
        for block in self.blocks:
            x = block(x)
        return torch.tanh(self.pooler(self.norm(x)[:, 0]))

    def forward(self, ids, pixels):
        return self.head(self.encode(torch.cat([self.text(ids), self.image(pixels)], 1)))


MODELS, OPTIMIZERS = {}, {}


def run(preset, kind, batch, text, precision):
    if preset not in MODELS:
        MODELS[preset] = Encoder(*PRESETS[preset])
    model, image = MODELS[preset], PRESETS[preset][4]
    pixels = torch.rand(batch, 3, image, image) * 2 - 1
    ids = torch.randint(1, 1000, (batch, text))
    start = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
        if kind == "train":
            if preset not in OPTIMIZERS:
                OPTIMIZERS[preset] = torch.optim.AdamW(model.parameters(), lr=1e-4)
            OPTIMIZERS[preset].zero_grad(set_to_none=False)
            logits = model(ids, pixels).float()
            loss = F.binary_cross_entropy_with_logits(logits, torch.zeros_like(logits)) * ANSWERS
            loss.backward()
            OPTIMIZERS[preset].step()
        else:
            with torch.no_grad():
                if kind == "fusion":
                    model(ids, pixels)
                else:
                    model.encode(model.image(pixels) if kind == "image" else model.text(ids))
    return time.perf_counter() - start


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    for line in sys.stdin:
        preset, kind, batch, text, precision = line.split()
        print(run(preset, kind, int(batch), int(text), precision), flush=True)
