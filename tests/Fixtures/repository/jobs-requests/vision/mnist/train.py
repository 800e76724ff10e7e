"""Trains a small convolutional network on MNIST with Ray Train."""

import argparse

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

import ray.train
import ray.train.torch
from ray.train import ScalingConfig


def build_model() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
    )


def train_worker(config: dict) -> None:
    data = datasets.MNIST("/tmp/ray/mnist", train=True, download=True, transform=transforms.ToTensor())
    loader = ray.train.torch.prepare_data_loader(DataLoader(data, batch_size=256, shuffle=True))
    model = ray.train.torch.prepare_model(build_model())
    optimizer = torch.optim.Adam(model.parameters(), lr=config["lr"])
    loss_of = nn.CrossEntropyLoss()
    for epoch in range(config["epochs"]):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = loss_of(model(images), labels)
            loss.backward()
            optimizer.step()
        ray.train.report({"epoch": epoch, "loss": loss.item()})


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--lr", type=float, default=1e-3)
    arguments = parser.parse_args()
    trainer = ray.train.torch.TorchTrainer(
        train_worker,
        train_loop_config={"lr": arguments.lr, "epochs": arguments.epochs},
        scaling_config=ScalingConfig(num_workers=2),
    )
    print(trainer.fit().metrics)
