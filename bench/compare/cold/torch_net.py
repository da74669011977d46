import torch
from torch import nn

torch.set_num_threads(1)
net = nn.Sequential(
    nn.Linear(784, 25), nn.ReLU(), nn.Linear(25, 15), nn.ReLU(), nn.Linear(15, 10), nn.Softmax(1)
)
with torch.inference_mode():
    print(*net(torch.zeros(1, 784))[0].tolist(), sep=",")
